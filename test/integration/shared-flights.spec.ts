import { jest } from '@jest/globals';
import {
  ConcurrencyError,
  StoreFailureError,
  StoreOverloadedError,
  StoreUnavailableError,
} from '../../src/event-sourcing/errors/store.errors.js';
import { PostgresEventLog } from '../../src/event-sourcing/store/typeorm/postgres/postgres-event-log.js';
import { SqliteEventLog } from '../../src/event-sourcing/store/typeorm/sqlite/sqlite-event-log.js';
import type { SqliteWriter } from '../../src/event-sourcing/store/typeorm/sqlite/sqlite-writer.js';
import {
  newEvent,
  newEvents,
  numbers,
  wholeLog,
} from '../../src/event-sourcing/testing/event-store-contract/contract-support.js';
import {
  createDatabase,
  openDatabase,
  type OpenDatabase,
  type TestDatabase,
} from '../support/databases.js';

const DIALECTS = { sqlite: SqliteEventLog, postgres: PostgresEventLog };

/** Makes the database refuse one type of event, for a reason the store knows nothing of. */
const REFUSE_POISON = {
  sqlite: `CREATE TRIGGER no_poison BEFORE INSERT ON hub_events WHEN NEW.type = 'poison.drunk'
    BEGIN SELECT raise(ABORT, 'poison'); END`,
  postgres: "ALTER TABLE hub_events ADD CONSTRAINT no_poison CHECK (type <> 'poison.drunk')",
};

describe.each(['sqlite', 'postgres'] as const)('appends that share flights on %s', (kind) => {
  let database: TestDatabase;
  let opened: OpenDatabase | undefined;

  beforeEach(async () => {
    database = await createDatabase(kind);
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await opened?.close();
    await database.drop();
  });

  async function open(...[limits]: Parameters<typeof openDatabase>[2][]): Promise<OpenDatabase> {
    opened = await openDatabase(database, {}, limits);
    return opened;
  }

  it('need far fewer transactions than there are appends', async () => {
    const { store, dataSource } = await open();
    const flights = jest.spyOn(DIALECTS[kind].prototype, 'commitFlight');
    await Promise.all(
      numbers(1, 100).map(async (writer) => {
        for (const revision of [0, 1, 2]) {
          await store.append(`order-${writer}`, revision, newEvents(1));
        }
      }),
    );
    expect(await store.headPosition()).toBe(300);
    expect(flights.mock.calls.length).toBeLessThanOrEqual(15);
    if (kind === 'postgres') {
      const [{ transactions }] = await dataSource.query<{ transactions: number }[]>(
        'SELECT count(DISTINCT xmin::text)::int AS transactions FROM hub_events',
      );
      expect(transactions).toBe(flights.mock.calls.length);
    }
  });

  it('share none when a flight takes no more than one', async () => {
    const { store } = await open({ maxFlightSize: 1 });
    const flights = jest.spyOn(DIALECTS[kind].prototype, 'commitFlight');
    await Promise.all(
      numbers(1, 20).map((nr) => store.append(`order-${nr}`, 'none', newEvents(1))),
    );
    expect(flights).toHaveBeenCalledTimes(20);
  });

  it('that are in conflict need no transaction of their own', async () => {
    const { store } = await open();
    const flights = jest.spyOn(DIALECTS[kind].prototype, 'commitFlight');
    const outcomes = await Promise.allSettled(
      numbers(1, 50).map(() => store.append('order-1', 'none', newEvents(1))),
    );
    expect(flights).toHaveBeenCalledTimes(1);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('are stored although the database refuses one of them', async () => {
    const { store, transactions } = await open();
    await transactions.run((manager) => manager.query(REFUSE_POISON[kind]));
    const outcomes = await Promise.allSettled(
      numbers(1, 30).map((nr) => {
        const type = nr === 17 ? 'poison.drunk' : 'order.placed';
        return store.append(`order-${nr % 5}`, 'any', [newEvent(), newEvent({ type })]);
      }),
    );
    const refused = reasonsOf(outcomes);
    expect(refused).toEqual([expect.any(StoreFailureError)]);
    const log = await wholeLog(store);
    expect(log.map(({ position }) => position)).toEqual(numbers(1, 58));
    expect(log.map(({ type }) => type)).not.toContain('poison.drunk');
    await expect(store.append('order-6', 9, newEvents(1))).rejects.toThrow(ConcurrencyError);
  });

  it('are refused when too many wait, and none of those is stored', async () => {
    const { store } = await open({ maxWaitingAppends: 10 });
    const outcomes = await Promise.allSettled(
      numbers(1, 25).map((nr) => store.append(`order-${nr}`, 'none', newEvents(1))),
    );
    const refused = reasonsOf(outcomes);
    expect(refused).toHaveLength(15);
    for (const reason of refused) expect(reason).toBeInstanceOf(StoreOverloadedError);
    expect(await store.headPosition()).toBe(10);
  });

  it('are all done when the database is closed', async () => {
    const { store, close } = await open();
    const appends = numbers(1, 30).map((nr) => store.append(`order-${nr}`, 'none', newEvents(1)));
    await close();
    opened = undefined;
    expect((await Promise.all(appends)).map(({ position }) => position)).toEqual(numbers(1, 30));
  });
});

describe('a flight that could not get the lock of the SQLite file', () => {
  it('is not repeated append by append, each waiting for as long', async () => {
    const database = await createDatabase('sqlite');
    const { transactions, dataSource, close } = await openDatabase(database);
    const log = new SqliteEventLog(transactions as SqliteWriter, dataSource);
    expect(log.isConnectionLost(new StoreUnavailableError('locked'))).toBe(true);
    await close();
    await database.drop();
  });
});

function reasonsOf(outcomes: readonly PromiseSettledResult<unknown>[]): unknown[] {
  return outcomes
    .filter((outcome) => outcome.status === 'rejected')
    .map((outcome): unknown => outcome.reason);
}
