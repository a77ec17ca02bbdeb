import { setTimeout as delay } from 'node:timers/promises';
import type { CounterTotal } from '../../support/counter-totals.js';
import type { DatabaseKind } from '../../support/databases.js';
import { openDatabase } from '../../support/databases.js';
import { range } from '../../support/effects.js';
import { InlineProcess } from '../../support/inline-process.js';
import { InlineWorld } from '../../support/inline-world.js';
import { loggedEvents, misplacedEvents } from '../../support/logged-events.js';
import { SeededRandom } from '../../support/processes/seeded-random.mjs';
import { FAULT_ROUNDS, SEED } from './report.js';

/** A round starts and kills up to three processes. */
const INLINE_ROUNDS = Math.ceil(FAULT_ROUNDS / 3);
const LEASE_MS = 500;
const LONGEST_LOAD_MS = 700;
const ROUNDS_A_DATABASE = 10;
const KILLED_IN_CROWDS = 0.5;

/** Who appends to one log: how many processes with the inline projections, and how many without. */
export interface Crew {
  readonly projecting: number;
  readonly others: number;
}

/**
 * Round after round: processes append with inline projections, some or all of them are killed in the middle of it, and
 * what is in the tables then, with nobody there to catch anything up, is held against the log.
 */
export async function inlineRounds(kind: DatabaseKind, crew: Crew): Promise<void> {
  const random = new SeededRandom(SEED);
  const { projecting, others } = crew;
  const name = `inline projections on ${kind}, ${projecting} processes with and ${others} without`;
  process.stdout.write(`${name}: ${INLINE_ROUNDS} rounds, TORTURE_SEED=${SEED}\n`);
  for (let left = INLINE_ROUNDS; left > 0; left -= ROUNDS_A_DATABASE) {
    const world = await InlineWorld.create(kind);
    const rounds = new InlineRounds(world, random, crew);
    try {
      for (const _ of range(1, Math.min(left, ROUNDS_A_DATABASE))) await rounds.round();
      process.stdout.write(`${name}: ${rounds.summary}\n`);
    } catch (error) {
      throw new Error(`TORTURE_SEED=${SEED}: ${String(error)}`, { cause: error });
    } finally {
      await rounds.end();
      await world.end();
    }
  }
}

class InlineRounds {
  private processes: InlineProcess[] = [];
  private readonly accepted: string[] = [];
  private readonly refused: string[] = [];
  private fresh = 0;
  private stale = 0;

  constructor(
    private readonly world: InlineWorld,
    private readonly random: SeededRandom,
    private readonly crew: Crew,
  ) {}

  get summary(): string {
    return (
      `${this.accepted.length} events acknowledged, ${this.refused.length} refused, ` +
      `${this.fresh} reads saw their append, ${this.stale} did not`
    );
  }

  async round(): Promise<void> {
    await this.man();
    for (const each of this.processes) await each.append();
    await delay(this.random.next() * LONGEST_LOAD_MS);
    if (this.random.next() < KILLED_IN_CROWDS) await this.processes[0].kill();
    await delay(this.random.next() * LONGEST_LOAD_MS);
    await this.end();
    await this.audit('after the kill');
    if (this.crew.others === 0) {
      expect(this.stale).toBe(0);
      expect(await this.world.totals()).toEqual(await this.world.totalsOfLog());
    }
    await this.man();
    await this.processes[0].catchUp();
    expect(await this.world.totals()).toEqual(await this.world.totalsOfLog());
    await this.audit('caught up');
  }

  /** Kills everybody. */
  async end(): Promise<void> {
    await Promise.all(this.processes.map((each) => each.kill()));
    for (const { accepted, refused, fresh, stale, scandals } of this.processes) {
      this.accepted.push(...accepted);
      this.refused.push(...refused);
      this.fresh += fresh;
      this.stale += stale;
      expect(scandals).toEqual([]);
    }
    this.processes = [];
  }

  private async man(): Promise<void> {
    const { projecting, others } = this.crew;
    const missing = range(this.processes.length + 1, projecting + others);
    const started = missing.map((nr) =>
      InlineProcess.start(this.world.database, {
        seed: this.random.between(1, 1_000_000),
        projects: nr <= projecting,
        poisons: others === 0,
        leaseMs: LEASE_MS,
      }),
    );
    this.processes.push(...(await Promise.all(started)));
  }

  /** What the checkpoints say is in the tables, and nothing else; and the log has what was acknowledged. */
  private async audit(when: string): Promise<void> {
    const log = await loggedEvents(this.world.database);
    const checkpoints = await this.checkpoints();
    const wanted = log
      .filter(({ stream, position }) => /^counter-/.test(stream) && position <= checkpoints.seen)
      .map(({ position }) => position);
    const logged = new Set(log.map(({ id }) => id));
    const found = {
      when,
      misplaced: misplacedEvents(log),
      lost: this.accepted.filter((id) => !logged.has(id)),
      storedThough: this.refused.filter((id) => logged.has(id) && !this.accepted.includes(id)),
      totals: await this.world.totals(),
      seen: await this.world.effects('seen'),
    };
    const totals: CounterTotal[] = await this.world.totalsOfLog(checkpoints.totals);
    expect(found).toEqual({
      when,
      misplaced: [],
      lost: [],
      storedThough: [],
      totals,
      seen: wanted,
    });
  }

  private async checkpoints(): Promise<Record<string, number>> {
    const open = await openDatabase(this.world.database);
    const rows = await open.dataSource.query<{ name: string; position: number | string }[]>(
      'SELECT name, position FROM hub_checkpoints',
    );
    await open.close();
    return Object.fromEntries(rows.map(({ name, position }) => [name, Number(position)]));
  }
}
