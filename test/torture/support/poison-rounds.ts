import { v7 } from 'uuid';
import { until } from '../../support/async.js';
import type { DatabaseKind } from '../../support/databases.js';
import { openDatabase } from '../../support/databases.js';
import { range } from '../../support/effects.js';
import type { ProcessorProcess, RunnerOptions } from '../../support/processor-process.js';
import { SeededRandom } from '../../support/processes/seeded-random.mjs';
import { type ProcessorApp, ProcessorWorld } from '../../support/processor-world.js';
import { CreateTallies1764000000902, type Tally, talliesIn } from '../../support/tallies.js';
import { POISON_ROUNDS, SEED } from './report.js';

const ATTEMPTS = 3;
const OPTIONS: RunnerOptions = {
  runs: ['tallies'],
  processing: { retry: { attempts: ATTEMPTS, firstDelayMs: 2, maxDelayMs: 4 }, leaseMs: 500 },
};

/** An event of the log of a round: each has a number of its own. */
interface Planned {
  readonly by: number;
  readonly stream: string;
}

/** Round after round: an event fails whatever is done, its processes are killed, and in the end it is mended. */
export async function poisonRounds(kind: DatabaseKind): Promise<void> {
  const random = new SeededRandom(SEED);
  process.stdout.write(`poison on ${kind}: ${POISON_ROUNDS} rounds, TORTURE_SEED=${SEED}\n`);
  for (const nr of range(1, POISON_ROUNDS)) {
    const round = await PoisonRound.create(kind, random);
    try {
      await round.run();
    } catch (error) {
      throw new Error(`TORTURE_SEED=${SEED}, round ${nr}: ${String(error)}`, { cause: error });
    } finally {
      await round.end();
    }
  }
}

class PoisonRound {
  private readonly planned: Planned[] = [];
  private readonly deed: 'throw' | 'exit';

  private constructor(
    private readonly world: ProcessorWorld,
    private readonly healthy: ProcessorWorld,
    private readonly onlooker: ProcessorApp,
    private readonly random: SeededRandom,
  ) {
    this.deed = random.pick(['throw', 'throw', 'exit'] as const);
  }

  static async create(kind: DatabaseKind, random: SeededRandom): Promise<PoisonRound> {
    const worlds = [await ProcessorWorld.create(kind), await ProcessorWorld.create(kind)];
    for (const { database } of worlds) {
      const open = await openDatabase(database);
      await open.migrate([CreateTallies1764000000902]);
      await open.close();
    }
    return new PoisonRound(worlds[0], worlds[1], await worlds[0].boot([]), random);
  }

  async end(): Promise<void> {
    await this.world.end();
    await this.healthy.end();
  }

  async run(): Promise<void> {
    await this.append(this.random.between(20, 60));
    const poison = this.random.pick(this.planned);
    const poisoned: RunnerOptions = {
      ...OPTIONS,
      poison: { processor: 'tallies', by: poison.by, deed: this.deed },
    };
    // Killed by chance, while it tries and parks; killed by the poison, where that does it.
    const first = this.world.spawnProcess(poisoned);
    if (await first.started)
      await first.killNext(this.random.pick(['before a batch', 'inside a transaction']));
    const held = await this.superviseTo(poisoned, first);
    await this.append(this.random.between(5, 20));
    const last = await this.superviseTo(poisoned, held);
    await this.expectOnlyThatToWait(poison);
    await last.kill();

    // Mended, and killed while everything is retried, and events come.
    const mended = await this.world.startProcess(OPTIONS);
    await mended.killNext(this.random.pick(['inside a batch', 'inside a transaction']));
    const retrying = mended.retryParked();
    await this.append(this.random.between(5, 20));
    await retrying;
    await mended.ended;
    const goesOn = await this.world.startProcess(OPTIONS);
    expect(await goesOn.retryParked()).toBe(true);
    await until(() => this.isAtHead());
    // What came behind the parked ones meanwhile.
    expect(await goesOn.retryParked()).toBe(true);
    expect(await this.onlooker.parked.list()).toEqual([]);
    expect(await talliesIn(this.world.database)).toEqual(await this.healthyTallies());
  }

  /** Into both logs: the same, at the same positions. */
  private async append(count: number): Promise<void> {
    for (const _ of range(1, count)) {
      const stream = `counter-${this.random.between(1, 7)}`;
      this.planned.push({ by: this.planned.length + 1, stream });
    }
    for (const { database } of [this.world, this.healthy]) {
      const open = await openDatabase(database);
      for (const { by, stream } of this.planned.slice(-count)) {
        const event = { id: v7(), type: 'counter.increased', version: 1, data: { by } };
        await open.store.append(stream, 'any', [event]);
      }
      await open.close();
    }
  }

  /** Starts one process after the other until one lives and everything is handled or parked. */
  private async superviseTo(
    options: RunnerOptions,
    running: ProcessorProcess,
  ): Promise<ProcessorProcess> {
    let current = running;
    for (;;) {
      let isDone = false;
      await until(async () => {
        isDone = await this.isAtHead();
        return isDone || !current.isRunning;
      });
      if (isDone && current.isRunning) return current;
      current = this.world.spawnProcess(options);
    }
  }

  private async isAtHead(): Promise<boolean> {
    const { position } = await this.onlooker.support.checkpoints.read('tallies');
    return position === this.planned.length;
  }

  /** The key of the poison waits from there on, in its order; other keys have gone on. */
  private async expectOnlyThatToWait(poison: Planned): Promise<void> {
    const waiting = this.planned.filter(
      ({ by, stream }) => stream === poison.stream && by >= poison.by,
    );
    const parked = await this.onlooker.parked.list();
    expect(parked.map(({ position }) => position)).toEqual(waiting.map(({ by }) => by));
    expect(parked.map(({ attempts }) => attempts)).toEqual([
      ATTEMPTS,
      ...waiting.slice(1).map(() => 0),
    ]);
    const handled = (await talliesIn(this.world.database)).reduce(
      (sum, { events }) => sum + events,
      0,
    );
    expect(handled).toBe(this.planned.length - waiting.length);
  }

  private async healthyTallies(): Promise<readonly Tally[]> {
    await this.healthy.startProcess(OPTIONS);
    await until(async () => {
      const tallies = await talliesIn(this.healthy.database);
      return tallies.reduce((sum, { events }) => sum + events, 0) === this.planned.length;
    });
    return talliesIn(this.healthy.database);
  }
}
