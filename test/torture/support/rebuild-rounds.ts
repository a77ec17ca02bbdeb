import { setTimeout as delay } from 'node:timers/promises';
import { v7 } from 'uuid';
import { CounterTotal, CreateCounterTotals1764000000901 } from '../../support/counter-totals.js';
import {
  createDatabase,
  type DatabaseKind,
  openDatabase,
  type OpenDatabase,
} from '../../support/databases.js';
import { range } from '../../support/effects.js';
import { SeededRandom } from '../../support/processes/seeded-random.mjs';
import { RebuildProcess } from '../../support/rebuild-process.js';
import { LONG_ROUNDS, SEED } from './report.js';
import { type Glance, TotalsOracle } from './totals-oracle.js';

const LEASE_MS = 500;
const FREEZE_MS = 1_300;
const ROUNDS_A_DATABASE = 5;
const FIRST_EVENTS = 2_000;
const LONGEST_WAIT_MS = 900;
const PATIENCE_MS = 60_000;
const COUNTERS = 40;

type Accident = 'none' | 'cancel' | 'kill' | 'kill both' | 'freeze';

interface Progress {
  readonly state: string;
  readonly position: number;
  readonly error: string | null;
}

/** A process that stands still inside a transaction keeps the write lock of a SQLite file, and nobody can write to it. */
const ACCIDENTS: Readonly<Record<DatabaseKind, readonly Accident[]>> = {
  sqlite: ['none', 'cancel', 'kill', 'kill both'],
  postgres: ['none', 'cancel', 'kill', 'kill both', 'freeze'],
};

/**
 * Round after round: a projection is rebuilt under load, while its processes are killed or stand still, or it is given up.
 * Whatever happens, the read model is at every moment what the log says up to its checkpoint.
 */
export async function rebuildRounds(kind: DatabaseKind): Promise<void> {
  const random = new SeededRandom(SEED);
  process.stdout.write(`rebuilds on ${kind}: ${LONG_ROUNDS} rounds, TORTURE_SEED=${SEED}\n`);
  const outcomes: Record<string, number> = {};
  for (let left = LONG_ROUNDS; left > 0; left -= ROUNDS_A_DATABASE) {
    const database = await createDatabase(kind);
    const open = await openDatabase(database, { entities: [CounterTotal] });
    await open.migrate([CreateCounterTotals1764000000901]);
    const startProcess = () => RebuildProcess.start(database, LEASE_MS);
    const rounds = new RebuildRounds(open, startProcess, random);
    try {
      await rounds.begin();
      for (const nr of range(1, Math.min(left, ROUNDS_A_DATABASE))) {
        const accident = ACCIDENTS[kind][nr % ACCIDENTS[kind].length];
        const outcome = `${accident}: ${await rounds.round(accident)}`;
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      }
    } catch (error) {
      throw new Error(`TORTURE_SEED=${SEED}: ${String(error)}${rounds.complaints}`, {
        cause: error,
      });
    } finally {
      await rounds.end();
      await open.close();
      await database.drop();
    }
  }
  process.stdout.write(`rebuilds on ${kind}: ${JSON.stringify(outcomes)}\n`);
}

class RebuildRounds {
  private processes: RebuildProcess[] = [];
  private readonly glances: Glance[] = [];
  private readonly oracle: TotalsOracle;
  private isLoading = false;

  constructor(
    private readonly open: OpenDatabase,
    private readonly startProcess: () => Promise<RebuildProcess>,
    private readonly random: SeededRandom,
  ) {
    this.oracle = new TotalsOracle(open);
  }

  get complaints(): string {
    return this.processes.map(({ output }) => output).join('\n');
  }

  async begin(): Promise<void> {
    for (const _ of range(1, 2)) this.processes.push(await this.startProcess());
    const starts = range(1, COUNTERS).map((nr) =>
      this.append(`counter-${nr}`, 'counter.started', { label: `nr ${nr}` }),
    );
    await Promise.all(starts);
    for (const _ of range(1, FIRST_EVENTS / 100)) await this.increase(100);
    await this.processes[0].catchUp();
  }

  async round(accident: Accident): Promise<string> {
    await this.processes[0].startRebuild();
    this.isLoading = true;
    const loading = this.load();
    const looking = this.look();
    try {
      await delay(this.random.next() * LONGEST_WAIT_MS);
      await this.happen(accident);
      await this.untilEnded();
    } finally {
      this.isLoading = false;
      await Promise.all([loading, looking]);
    }
    await this.processes[0].catchUp();
    await this.oracle.check(this.glances);
    return (await this.progress()).state;
  }

  async end(): Promise<void> {
    await Promise.all(this.processes.map((each) => each.kill()));
  }

  private async untilEnded(): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while ((await this.progress()).state === 'building') {
      if (performance.now() > deadline) {
        throw new Error(`The rebuild has not ended: ${JSON.stringify(await this.progress())}`);
      }
      await delay(20);
    }
  }

  private async happen(accident: Accident): Promise<void> {
    const [one, other] = this.processes;
    switch (accident) {
      case 'none':
        return;
      case 'cancel':
        await other.cancelRebuild();
        return;
      case 'kill':
        await this.replace([this.random.pick([one, other])]);
        return;
      case 'kill both':
        await this.replace([one, other]);
        return;
      case 'freeze':
        await this.random.pick([one, other]).freeze(() => delay(FREEZE_MS));
    }
  }

  private async replace(victims: readonly RebuildProcess[]): Promise<void> {
    await Promise.all(victims.map((each) => each.kill()));
    this.processes = this.processes.filter((each) => !victims.includes(each));
    for (const _ of victims) this.processes.push(await this.startProcess());
  }

  private async load(): Promise<void> {
    while (this.isLoading) {
      await this.increase(this.random.between(1, 5));
      await delay(20 + this.random.next() * 40);
    }
  }

  /** How the read model and the rebuild look from outside, again and again. */
  private async look(): Promise<void> {
    let built = 0;
    while (this.isLoading) {
      this.glances.push(await this.oracle.glance());
      const { state, position } = await this.progress();
      if (state === 'building' && position < built) {
        throw new Error(`The rebuild was at ${built}, and began again at ${position}.`);
      }
      built = position;
      await delay(20);
    }
  }

  private async progress(): Promise<Progress> {
    const [{ position, ...row }] = await this.open.dataSource.query<Progress[]>(
      `SELECT state, position, error FROM hub_rebuilds WHERE purpose = 'switch'`,
    );
    return { ...row, position: Number(position) };
  }

  private async increase(times: number): Promise<void> {
    const appends = range(1, times).map(() => {
      const by = this.random.between(1, 100);
      return this.append(`counter-${this.random.between(1, COUNTERS)}`, 'counter.increased', {
        by,
      });
    });
    await Promise.all(appends);
  }

  private append(stream: string, type: string, data: Record<string, string | number>) {
    return this.open.store.append(stream, 'any', [{ id: v7(), type, version: 1, data }]);
  }
}
