import { jest } from '@jest/globals';
import { DataSource, type EntityManager } from 'typeorm';
import {
  EVENT_DATABASE,
  type OptionalEventDatabase,
} from '../../src/event-sourcing/store/event-database.provider.js';
import { StoreUnavailableError } from '../../src/event-sourcing/index.js';
import { Checkpoints } from '../../src/event-sourcing/processing/checkpoints.js';
import { Leases } from '../../src/event-sourcing/processing/leases.js';
import { ProcessingSupport } from '../../src/event-sourcing/processing/processing-support.js';
import { PostgresShadow } from '../../src/event-sourcing/store/typeorm/postgres/postgres-shadow.js';
import type { ShadowDatabase } from '../../src/event-sourcing/store/typeorm/shadow-database.js';
import { SqliteShadow } from '../../src/event-sourcing/store/typeorm/sqlite/sqlite-shadow.js';
import { failureOf, Gate, until } from '../support/async.js';
import { CounterTotalsProjection } from '../support/counter-totals.js';
import { DATABASE_KINDS, openDatabase } from '../support/databases.js';
import {
  increased,
  type RebuildApp,
  RebuildWorld,
  started,
  TOTALS,
} from '../support/rebuild-world.js';

const SHADOWS = { sqlite: SqliteShadow, postgres: PostgresShadow };
/** As the driver throws it, which says nothing of PostgreSQL. */
const REFUSED = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
/** Of a role that is in every PostgreSQL. */
const LIMITED_ROLE = 'pg_write_all_data';

type Work<T> = (manager: EntityManager) => Promise<T>;

function pausesIn({ logs }: RebuildApp): number[] {
  return logs.errors.flatMap((each) => {
    const [, delayMs] = /goes on in (\d+) ms/.exec(each) ?? [];
    return delayMs === undefined ? [] : [Number(delayMs)];
  });
}

describe.each(DATABASE_KINDS)('a rebuild that meets with an outage, on %s,', (kind) => {
  let world: RebuildWorld;

  beforeEach(async () => {
    world = await RebuildWorld.create(kind);
    await world.fill('counter-a', started(), increased(1), increased(2));
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await world.end();
  });

  it('tries again after pauses that grow, and says meanwhile what has happened', async () => {
    const app = await world.boot([CounterTotalsProjection], {
      retry: { firstDelayMs: 10, maxDelayMs: 40 },
    });
    await app.caughtUp();
    const full = jest
      .spyOn(SHADOWS[kind].prototype, 'replacing')
      .mockRejectedValue(new StoreUnavailableError('No space left.'));
    await app.rebuilds.start(TOTALS);
    await until(() => pausesIn(app).length > 2);
    expect(await app.rebuilds.status(TOTALS)).toMatchObject({
      state: 'building',
      lastError: 'No space left.',
    });
    const [first, second, third] = pausesIn(app);
    expect(first).toBeLessThanOrEqual(10);
    expect(second).toBeGreaterThanOrEqual(10);
    expect(third).toBeGreaterThanOrEqual(20);
    full.mockRestore();
    expect(await app.becomes('switched')).toMatchObject({ lastError: undefined });
  });

  it('says what has happened also where nobody gets as far as its lease', async () => {
    const app = await world.boot([CounterTotalsProjection], { retry: { maxDelayMs: 10 } });
    await app.caughtUp();
    const { hold } = Leases.prototype;
    const full = jest.spyOn(Leases.prototype, 'hold').mockImplementation(function (
      this: Leases,
      name,
      ...others
    ) {
      if (name !== TOTALS) throw new StoreUnavailableError('No space left.');
      return hold.call(this, name, ...others);
    });
    await app.rebuilds.start(TOTALS);
    await until(async () => (await app.rebuilds.status(TOTALS))?.lastError === 'No space left.');
    full.mockRestore();
    expect(await app.becomes('switched')).toMatchObject({ lastError: undefined });
  });
});

describe('a rebuild on SQLite', () => {
  it('leaves no file open when it cannot make its tables', async () => {
    const world = await RebuildWorld.create('sqlite');
    const open = await openDatabase(world.database);
    const failing = { query: () => Promise.reject(new Error('No.')) } as unknown as EntityManager;
    await failureOf(open.openShadow('0', ['counter_totals'], failing));
    // SQLite removes what is beside a file when its last connection is closed.
    expect(await world.shadows()).toHaveLength(1);
    await open.close();
    await world.end();
  });
});

describe('a rebuild on PostgreSQL', () => {
  let world: RebuildWorld;

  beforeEach(async () => {
    world = await RebuildWorld.create('postgres');
    await world.fill('counter-a', started(), increased(1), increased(2));
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await world.end();
  });

  it('fails where it may not create a schema, and says what to grant', async () => {
    const first = await world.boot([CounterTotalsProjection]);
    await first.caughtUp();
    await first.app.close();
    const [database] = new URL(world.database.url).pathname.split('/').slice(1);
    await world.sql(`GRANT ALL ON ALL TABLES IN SCHEMA public TO ${LIMITED_ROLE}`);
    await world.sql(`ALTER DATABASE ${database} SET role = ${LIMITED_ROLE}`);
    const app = await world.boot([CounterTotalsProjection]);
    await app.rebuilds.start(TOTALS);
    const grant = `GRANT CREATE ON DATABASE ${database} TO ${LIMITED_ROLE}`;
    const { lastError } = await app.becomes('failed');
    expect(lastError).toContain(`Run ${grant}`);
    await world.sql(`SET ROLE NONE; ${grant}`);
    await app.rebuilds.start(TOTALS);
    await app.becomes('switched');
  });

  it('waits for a server that takes no connection', async () => {
    const app = await world.boot([CounterTotalsProjection]);
    await app.caughtUp();
    jest.spyOn(DataSource.prototype, 'initialize').mockRejectedValueOnce(REFUSED);
    await app.rebuilds.start(TOTALS);
    await app.becomes('switched');
    expect(pausesIn(app)).toHaveLength(1);
  });

  it('waits for a server that takes no connection any more', async () => {
    const app = await world.boot([CounterTotalsProjection]);
    await app.caughtUp();
    const { checkpoints } = app.app.get(ProcessingSupport);
    const away = jest.spyOn(checkpoints, 'read').mockImplementation(function (
      this: Checkpoints,
      ...of
    ) {
      const [, manager] = of;
      return manager ? Checkpoints.prototype.read.apply(this, of) : Promise.reject(REFUSED);
    });
    await app.rebuilds.start(TOTALS);
    await until(() => pausesIn(app).length > 0);
    away.mockRestore();
    await app.becomes('switched');
  });

  it('closes its connections when it cannot commit that it has begun', async () => {
    const app = await world.boot([CounterTotalsProjection]);
    await app.caughtUp();
    const database = app.app.get<OptionalEventDatabase>(EVENT_DATABASE)!;
    const open = database.openShadow.bind(database);
    const opened: ShadowDatabase[] = [];
    jest.spyOn(database, 'openShadow').mockImplementationOnce(async (id, tables, manager) => {
      const shadow = await open(id, tables, manager);
      opened.push(shadow);
      await failureOf(manager.query('SELECT pg_terminate_backend(pg_backend_pid())'));
      return shadow;
    });
    await app.rebuilds.start(TOTALS);
    await app.becomes('switched');
    expect(opened.map(({ dataSource }) => dataSource.isInitialized)).toEqual([false]);
  });

  it('takes as long as it takes to copy and to compare, whatever other statements may take', async () => {
    const [database] = new URL(world.database.url).pathname.split('/').slice(1);
    await world.sql(`ALTER DATABASE ${database} SET statement_timeout = '500ms'`);
    const slowly =
      <T>(work: Work<T>): Work<T> =>
      async (manager) => {
        await manager.query('SELECT pg_sleep(0.7)');
        return work(manager);
      };
    const { replacing, comparing } = PostgresShadow.prototype;
    jest.spyOn(PostgresShadow.prototype, 'replacing').mockImplementation(function <T>(
      this: PostgresShadow,
      work: Work<T>,
    ) {
      return replacing.call(this, slowly(work));
    });
    jest.spyOn(PostgresShadow.prototype, 'comparing').mockImplementation(function <T>(
      this: PostgresShadow,
      lock: Work<void>,
      work: Work<T>,
    ) {
      return comparing.call(this, lock, slowly(work));
    });
    const app = await world.boot([CounterTotalsProjection]);
    await app.caughtUp();
    await app.rebuilds.start(TOTALS);
    await app.becomes('switched');
    expect(await app.rebuilds.verify(TOTALS)).toMatchObject({ isEqual: true });
    expect(pausesIn(app)).toEqual([]);
  });

  it('holds the read model up no longer, by a verification that stands still, than any other transaction', async () => {
    const { comparing } = PostgresShadow.prototype;
    const gate = new Gate();
    let isStandingStill = false;
    jest.spyOn(PostgresShadow.prototype, 'comparing').mockImplementationOnce(function <T>(
      this: PostgresShadow,
      lock: Work<void>,
      work: Work<T>,
    ) {
      return comparing.call(this, lock, async (manager) => {
        isStandingStill = true;
        await gate.opened;
        return work(manager);
      });
    });
    const app = await world.boot([CounterTotalsProjection], { leaseMs: 300 });
    await app.caughtUp();
    await app.rebuilds.startVerification(TOTALS);
    await until(() => isStandingStill);
    await world.fill('counter-a', increased(4));
    await app.caughtUp();
    gate.open();
    expect(await app.rebuilds.verify(TOTALS)).toMatchObject({ isEqual: true, position: 4 });
  });
});
