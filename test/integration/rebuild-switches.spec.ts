import { jest } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { Projection } from '../../src/event-sourcing/index.js';
import { PostgresShadow } from '../../src/event-sourcing/store/typeorm/postgres/postgres-shadow.js';
import type { ShadowDatabase } from '../../src/event-sourcing/store/typeorm/shadow-database.js';
import { SqliteShadow } from '../../src/event-sourcing/store/typeorm/sqlite/sqlite-shadow.js';
import { until } from '../support/async.js';
import { CounterTotal, CounterTotalsProjection } from '../support/counter-totals.js';
import { DATABASE_KINDS, openDatabase } from '../support/databases.js';
import { increased, RebuildWorld, started, TOTALS } from '../support/rebuild-world.js';

const SHADOWS = { sqlite: SqliteShadow, postgres: PostgresShadow };

@Projection({ name: TOTALS, version: 2, entities: [CounterTotal] })
class SecondTotals extends CounterTotalsProjection {}

@Projection({ name: TOTALS, version: 3, entities: [CounterTotal] })
class ThirdTotals extends CounterTotalsProjection {}

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

  /** Has something happen when the shadow is complete, just before the transaction of the switch. */
  function beforeSwitch(deed: () => Promise<unknown>): void {
    const { replacing } = shadow;
    jest.spyOn(shadow, 'replacing').mockImplementationOnce(async function <T>(
      this: ShadowDatabase,
      work: Work<T>,
    ) {
      await deed();
      return replacing.call(this, work);
    });
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

  it('stays cancelled when the application starts anew, until somebody asks for it or the version rises', async () => {
    const first = await world.boot([CounterTotalsProjection]);
    await first.caughtUp();
    await first.app.close();
    const beside = await world.boot([SecondTotals], { run: false });
    await beside.rebuilds.start(TOTALS);
    await beside.rebuilds.cancel(TOTALS);
    await beside.app.close();
    const second = await world.boot([SecondTotals]);
    // Its worker looks at versions first.
    await second.rebuilds.verify(TOTALS);
    expect(await second.rebuilds.status(TOTALS)).toMatchObject({ state: 'cancelled', version: 2 });
    expect(second.logs.warnings.join()).toContain('is cancelled, and is begun again when');
    expect(await second.rebuilds.start(TOTALS)).toMatchObject({ state: 'building' });
    await second.rebuilds.cancel(TOTALS);
    await second.app.close();
    const third = await world.boot([ThirdTotals]);
    expect(await third.becomes('switched')).toMatchObject({ version: 3 });
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
