import { until } from '../support/async.js';
import '../support/counter.events.js';
import { DATABASE_KINDS } from '../support/databases.js';
import { EffectsProcessor, range } from '../support/effects.js';
import type { ProcessorProcess, RunnerOptions } from '../support/processor-process.js';
import { type ProcessorApp, ProcessorWorld } from '../support/processor-world.js';

const ATTEMPTS = 3;
const PROCESSING = {
  retry: { attempts: ATTEMPTS, firstDelayMs: 2, maxDelayMs: 4 },
  leaseMs: 1_000,
};
/** The whole batch, fewer events of it, and then the event by itself as often as it may be tried. */
const PROCESSES_THAT_DIE = 2 + ATTEMPTS;
/** Elsewhere no process can tell, and the lease has to run out. */
const itOnLinux = process.platform === 'linux' ? it : it.skip;
const LOST = 'The process that handled it ended, or stood still, before it was done.';

class Increases extends EffectsProcessor {
  override readonly name = 'increases';
  override readonly eventTypes = ['counter.increased'];
}

describe.each(DATABASE_KINDS)('of processes that are lost, on %s,', (kind) => {
  let world: ProcessorWorld;
  let onlooker: ProcessorApp;

  beforeEach(async () => {
    world = await ProcessorWorld.create(kind);
    onlooker = await world.boot([]);
  });

  afterEach(() => world.end());

  const checkpoint = () => onlooker.support.checkpoints.read('increases');

  /** Starts one process after the other, as a supervisor does that ends what hangs, until the last event is handled. */
  async function supervise(options: RunnerOptions, last: number): Promise<number> {
    for (let died = 0; died <= PROCESSES_THAT_DIE; died += 1) {
      const running = world.spawnProcess(options);
      let isOver = false;
      await until(async () => {
        isOver = (await positions('effects')).includes(last);
        return isOver || !running.isRunning || (await isHanging(running));
      });
      if (isOver) return died;
      await running.kill();
    }
    throw new Error('They go on dying.');
  }

  async function isHanging({ pid }: ProcessorProcess): Promise<boolean> {
    const { owner, leaseLeftMs } = await checkpoint();
    return owner?.split('/')[1] === `${pid}` && leaseLeftMs < 0;
  }

  it.each(['exit', 'hang'] as const)(
    'none is lost any more by an event that makes it %s, once that is parked; others go on, and a retry makes it good',
    async (deed) => {
      await world.fill(3, 'counter.increased', 'counter-a');
      await world.fill(5, 'counter.increased', 'counter-b');
      await world.fill(2, 'counter.increased', 'counter-b');
      await world.fill(3, 'counter.increased', 'counter-c');
      const poison = { processor: 'increases', by: 5, deed } as const;
      expect(await supervise({ processing: PROCESSING, poison }, 13)).toBe(PROCESSES_THAT_DIE);
      expect(await world.effects('increases')).toEqual([...range(1, 7), ...range(11, 13)]);
      expect(await onlooker.parked.list()).toMatchObject([
        { position: 8, attempts: ATTEMPTS, error: LOST, firstFailedAt: expect.any(Date) as Date },
        { position: 9, attempts: 0 },
        { position: 10, attempts: 0 },
      ]);

      const { parked } = await world.boot([Increases]);
      expect(await parked.retry('increases', 'counter-b')).toEqual({ handled: 3, left: 0 });
      expect((await world.effects('increases')).slice(-3)).toEqual([8, 9, 10]);
    },
    120_000,
  );

  it('one that is killed while it has nothing to do leaves nothing to be careful about', async () => {
    await world.fill(1);
    for (const _ of range(1, ATTEMPTS + 1)) {
      const idle = await world.startProcess({ processing: PROCESSING });
      await until(async () => (await checkpoint()).owner?.split('/')[1] === `${idle.pid}`);
      await until(async () => (await world.effects('increases')).length === 1);
      await idle.kill();
    }
    const { caughtUp, parked } = await world.boot([Increases], PROCESSING);
    await world.fill(2);
    await caughtUp('increases');
    expect(await world.effects('increases')).toEqual([1, 2, 3]);
    expect(await parked.list()).toEqual([]);
    expect(await positions('hub_attempts')).toEqual([]);
  });

  it('the tries of an event that throws are counted on by the next, whether the last one stopped or died', async () => {
    await world.fill(2, 'counter.increased', 'counter-a');
    let tries = 0;
    class Fails extends Increases {
      override afterEffect = ({ position }: { position: number }): void => {
        if (position === 1) {
          tries += 1;
          throw new Error('Not that one.');
        }
      };
    }
    const slowly = { retry: { attempts: 4, firstDelayMs: 60_000 } };
    const first = await world.boot([Fails], slowly);
    await until(() => first.logs.errors.length === 1);
    await first.app.close();
    expect(await onlooker.support.attempts.read('increases')).toMatchObject({
      ...{ position: 1, events: 1, attempts: 1, losses: 0 },
      failure: { error: 'Not that one.' },
    });

    const second = await world.boot([Fails], { retry: { attempts: 4, firstDelayMs: 2 } });
    await second.caughtUp('increases');
    expect(await second.parked.list()).toMatchObject([
      { position: 1, attempts: 4, error: 'Not that one.' },
      { position: 2, attempts: 0 },
    ]);
    // The first time of all was in a batch, with the other event.
    expect(tries).toBe(1 + 4);
    expect(await positions('hub_attempts')).toEqual([]);
  });

  itOnLinux(
    'the next one on the machine knows for sure that it died, and does not wait for its lease',
    async () => {
      const processing = { leaseMs: 60_000 };
      const killed = await world.startProcess({ processing });
      await world.fill(2);
      await until(async () => (await world.effects('increases')).length === 2);
      await killed.kill();
      await world.fill(1);
      const { caughtUp } = await world.boot([Increases], processing);
      await caughtUp('increases');
      expect(await world.effects('increases')).toEqual([1, 2, 3]);
    },
  );

  /** Read by one who takes no lock: what hangs on SQLite keeps that of the file. */
  async function positions(table: 'effects' | 'hub_attempts'): Promise<number[]> {
    const sql = `SELECT position FROM ${table}`;
    const { dataSource } = onlooker.support.database;
    const rows = await dataSource.query<{ position: number | string }[]>(sql);
    return rows.map(({ position }) => Number(position));
  }
});
