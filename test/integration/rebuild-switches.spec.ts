import { jest } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { PostgresShadow } from '../../src/event-sourcing/store/typeorm/postgres/postgres-shadow.js';
import type { ShadowDatabase } from '../../src/event-sourcing/store/typeorm/shadow-database.js';
import { SqliteShadow } from '../../src/event-sourcing/store/typeorm/sqlite/sqlite-shadow.js';
import { until } from '../support/async.js';
import { CounterTotalsProjection } from '../support/counter-totals.js';
import { DATABASE_KINDS, openDatabase } from '../support/databases.js';
import { increased, RebuildWorld, started, TOTALS } from '../support/rebuild-world.js';

const SHADOWS = { sqlite: SqliteShadow, postgres: PostgresShadow };

type Work<T> = (manager: EntityManager) => Promise<T>;

describe.each(DATABASE_KINDS)('a rebuild that comes to its end, on %s,', (kind) => {
  const shadow: ShadowDatabase = SHADOWS[kind].prototype;
  let world: RebuildWorld;

  beforeEach(async () => {
    world = await RebuildWorld.create(kind);
    await world.fill('counter-a', started(), increased(1), increased(2));
    await world.fill('counter-b', started(), increased(10));
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await world.end();
  });

  /**
   * Has something happen when the shadow is complete, just before the transaction of the switch.
   * @returns whether that has ended
   */
  function beforeSwitch(deed: () => Promise<unknown>): () => boolean {
    const { replacing } = shadow;
    let isTried = false;
    jest.spyOn(shadow, 'replacing').mockImplementationOnce(async function <T>(
      this: ShadowDatabase,
      work: Work<T>,
    ) {
      await deed();
      return replacing.call(this, work).finally(() => (isTried = true));
    });
    return () => isTried;
  }

  /** As a projection does that takes back what it has parked for a mistake (see ADR 0019). */
  async function goBack(): Promise<void> {
    await world.sql(`DELETE FROM counter_totals WHERE id = 'b'`);
    await world.sql(`UPDATE hub_checkpoints SET position = 3 WHERE name = '${TOTALS}'`);
  }

  it('counts no event twice when the projection that serves has gone back behind it', async () => {
    const app = await world.boot([CounterTotalsProjection]);
    await app.caughtUp();
    await app.processors.pause(TOTALS);
    beforeSwitch(goBack);
    await app.rebuilds.start(TOTALS);
    await app.becomes('switched');
    expect(await world.totals()).toEqual({ a: 3, b: 10 });
    await app.processors.resume(TOTALS);
    await world.fill('counter-b', increased(5));
    await app.caughtUp();
    expect(await world.totals()).toEqual({ a: 3, b: 15 });
    expect(await app.parked.list()).toEqual([]);
  });

  it('is compared only when the projection that serves, which has gone back, is there again', async () => {
    const app = await world.boot([CounterTotalsProjection]);
    await app.caughtUp();
    await app.processors.pause(TOTALS);
    const { comparing } = shadow;
    let isCompared = false;
    jest.spyOn(shadow, 'comparing').mockImplementationOnce(async function <T>(
      this: ShadowDatabase,
      lock: Work<void>,
      work: Work<T>,
    ) {
      await goBack();
      return comparing.call(this, lock, work).finally(() => (isCompared = true));
    });
    const verified = app.rebuilds.verify(TOTALS);
    await until(() => isCompared);
    await app.processors.resume(TOTALS);
    expect(await verified).toMatchObject({ isEqual: true, position: 5 });
  });

  it('neither replaces anything nor says so when it is cancelled at the last moment', async () => {
    const app = await world.boot([CounterTotalsProjection]);
    await app.caughtUp();
    await world.sql('UPDATE counter_totals SET total = 99');
    const log = jest.spyOn(app.logs, 'log');
    const isTried = beforeSwitch(() => app.rebuilds.cancel(TOTALS));
    await app.rebuilds.start(TOTALS);
    await until(isTried);
    expect(await app.rebuilds.status(TOTALS)).toMatchObject({ state: 'cancelled' });
    expect(await world.totals()).toEqual({ a: 99, b: 99 });
    await app.app.close();
    expect(log.mock.calls.join()).not.toContain('is rebuilt');
  });

  it('has come no further than the projection that serves, and is compared with it where that rests', async () => {
    const app = await world.boot([CounterTotalsProjection]);
    await app.caughtUp();
    await app.processors.pause(TOTALS);
    await world.fill('counter-a', increased(4));
    expect(await app.rebuilds.verify(TOTALS)).toMatchObject({ isEqual: true, position: 5 });
  });
});

describe('a rebuild on PostgreSQL', () => {
  it('keeps the numbers that rows have got from an identity column, and goes on behind them', async () => {
    const world = await RebuildWorld.create('postgres');
    try {
      await world.fill('counter-a', started());
      await world.fill('counter-b', started());
      const app = await world.boot([CounterTotalsProjection], { retry: { attempts: 1 } });
      await app.caughtUp();
      const number = 'number integer GENERATED ALWAYS AS IDENTITY (START 7) UNIQUE';
      await world.sql(`ALTER TABLE counter_totals ADD COLUMN ${number}`);
      // As if fewer rows had been made here than there.
      await world.sql('ALTER TABLE counter_totals ALTER COLUMN number RESTART');
      await app.rebuilds.start(TOTALS);
      await app.becomes('switched');
      await world.fill('counter-c', started());
      await app.caughtUp();
      const open = await openDatabase(world.database);
      const rows = await open.dataSource.query<unknown>(
        'SELECT id, number FROM counter_totals ORDER BY id',
      );
      await open.close();
      expect(rows).toEqual([
        { id: 'a', number: 7 },
        { id: 'b', number: 8 },
        { id: 'c', number: 9 },
      ]);
    } finally {
      await world.end();
    }
  });
});
