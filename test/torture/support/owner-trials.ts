import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { until } from '../../support/async.js';
import { type DatabaseKind, openDatabase } from '../../support/databases.js';
import { range } from '../../support/effects.js';
import { type LoggedEvent, loggedEvents } from '../../support/logged-events.js';
import type { Place, RunnerOptions } from '../../support/processor-process.js';
import type { ProcessorWorld } from '../../support/processor-world.js';

const PROCESSING = { leaseMs: 500 };
const EVENTS = 20;

/** What happens to the owner of a processor. */
export interface Accident {
  readonly processor: string;
  readonly how: 'kill' | Place;
}

/** What is run while accidents happen to it, and how it is known that everything was done once. */
export abstract class OwnerTrial {
  abstract readonly options: RunnerOptions;
  abstract readonly accidents: readonly Accident[];

  constructor(protected readonly world: ProcessorWorld) {}

  /** Gives it something to do. */
  abstract append(): Promise<void>;

  /** Resolves when everything is done; fails when something was not, or twice. */
  abstract untilDone(when: string): Promise<void>;

  async end(): Promise<void> {}
}

/** A processor whose effects are rows in the database. */
export class RowsTrial extends OwnerTrial {
  readonly options = { processing: PROCESSING };
  readonly accidents: readonly Accident[];
  private appended = 0;

  constructor(world: ProcessorWorld, kind: DatabaseKind) {
    super(world);
    // One that stands still inside a transaction keeps the write lock of a SQLite file, and nobody can write to it.
    const hows: Accident['how'][] =
      kind === 'sqlite' ? ['kill', 'before a batch'] : ['kill', 'before a batch', 'inside a batch'];
    this.accidents = hows.map((how) => ({ processor: 'increases', how }));
  }

  async append(): Promise<void> {
    this.appended += EVENTS;
    await this.world.fill(EVENTS);
  }

  async untilDone(when: string): Promise<void> {
    const effects = () => this.world.effects('increases');
    await until(async () => (await effects()).length >= this.appended, when);
    expect(await effects()).toEqual(range(1, this.appended));
  }
}

/**
 * A reactor whose effects are letters. What it was at when something happened to its owner may be written again, under the
 * same key, so that whoever gets the letters has each once.
 */
export class LettersTrial extends OwnerTrial {
  readonly options: RunnerOptions;
  readonly accidents: readonly Accident[];
  private appended = 0;
  private rounds = 0;

  private constructor(
    world: ProcessorWorld,
    kind: DatabaseKind,
    private readonly folder: string,
  ) {
    super(world);
    const hows: Accident['how'][] = [
      'kill',
      'before a batch',
      'before an effect',
      'after an effect',
    ];
    if (kind === 'postgres') hows.push('inside a transaction');
    this.accidents = hows.map((how) => ({ processor: 'letters', how }));
    const effectsFile = join(folder, 'letters');
    this.options = { runs: ['letters'], effectsFile, processing: PROCESSING };
  }

  static async create(world: ProcessorWorld, kind: DatabaseKind): Promise<LettersTrial> {
    return new LettersTrial(world, kind, await mkdtemp(join(tmpdir(), 'hindsight-letters-')));
  }

  async append(): Promise<void> {
    this.appended += EVENTS;
    this.rounds += 1;
    await this.world.fill(EVENTS);
  }

  async untilDone(when: string): Promise<void> {
    await until(async () => (await this.done()) >= this.appended, when);
    const letters = await this.letters();
    const keys = letters.map(([, key]) => key);
    expect(new Set(keys).size).toBe(this.appended);
    expect(keys.length - this.appended).toBeLessThanOrEqual(this.rounds);
    // In the order of the events, when each is taken for the first time.
    const first = letters.filter(([, key], index) => keys.indexOf(key) === index);
    const numbers = range(1, this.rounds).flatMap(() => range(1, EVENTS));
    expect(first.map(([by]) => by)).toEqual(numbers);
    expect(await this.done()).toBe(this.appended);
  }

  override async end(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }

  private async done(): Promise<number> {
    const open = await openDatabase(this.world.database);
    const [{ done }] = await open.dataSource.query<{ done: number | string }[]>(
      'SELECT count(*) AS done FROM hub_effects WHERE done_at IS NOT NULL',
    );
    await open.close();
    return Number(done);
  }

  private async letters(): Promise<[by: number, key: string][]> {
    const lines = (await readFile(join(this.folder, 'letters'), 'utf8')).trim().split('\n');
    return lines.map((line) => {
      const [by, key] = line.split(' ');
      return [Number(by), key];
    });
  }
}

/** A saga, whose steps and commands are events in the log. */
export class ErrandsTrial extends OwnerTrial {
  readonly options = {
    runs: ['errand'] as const,
    patienceMs: 3_600_000,
    processing: PROCESSING,
  };
  readonly accidents: readonly Accident[] = [
    { processor: 'saga-errand', how: 'kill' },
    { processor: 'saga-errand', how: 'before saga.stepped' },
    { processor: 'saga-errand', how: 'after saga.stepped' },
    { processor: 'saga-commands', how: 'kill' },
    { processor: 'saga-commands', how: 'before errand.run' },
    { processor: 'saga-commands', how: 'after errand.run' },
    { processor: 'saga-deadlines', how: 'before a batch' },
  ];
  private readonly errands: string[] = [];

  async append(): Promise<void> {
    const open = await openDatabase(this.world.database);
    for (const _ of range(1, EVENTS)) {
      const id = v7();
      const data = { errandId: id, what: 'easy' };
      const event = { id, type: 'errand.asked', version: 1, data };
      await open.store.append(`errand-${id}`, 'none', [event]);
      this.errands.push(id);
    }
    await open.close();
  }

  async untilDone(when: string): Promise<void> {
    let events: readonly LoggedEvent[] = [];
    await until(async () => {
      events = await loggedEvents(this.world.database);
      const steps = events.filter(({ type }) => type === 'saga.stepped');
      return steps.length >= 2 * this.errands.length;
    }, when);
    const stories = new Map(this.errands.map((id) => [id, [] as string[]]));
    for (const { stream, type } of events)
      stories.get(stream.slice(stream.indexOf('-') + 1))?.push(type);
    const whole = ['errand.asked', 'saga.stepped', 'errand.run', 'saga.stepped'];
    for (const story of stories.values()) expect(story).toEqual(whole);
    expect(events).toHaveLength(whole.length * this.errands.length);
  }
}
