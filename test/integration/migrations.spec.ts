import { sqliteDriver } from '../../src/event-sourcing/store/typeorm/sqlite/sqlite-driver.js';
import { jest } from '@jest/globals';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { SystemClock } from '../../src/event-sourcing/context/clock.js';
import { ConfigurationError } from '../../src/event-sourcing/errors/event-sourcing.error.js';
import { openEventDatabase } from '../../src/event-sourcing/store/typeorm/event-database.js';
import {
  newEvents,
  numbers,
} from '../../src/event-sourcing/testing/event-store-contract/contract-support.js';
import { Gate } from '../support/async.js';
import {
  createDatabase,
  DATABASE_KINDS,
  openDatabase,
  type OpenDatabase,
  type TestDatabase,
} from '../support/databases.js';
import { turnsOfTheEventLoop } from '../support/event-loop.js';
import { runTogether } from '../support/worker-process.js';

class CreateNotes1764000000901 implements MigrationInterface {
  readonly name = 'CreateNotes1764000000901';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE note (text TEXT)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE note');
  }
}

class FailHalfWay1764000000902 implements MigrationInterface {
  readonly name = 'FailHalfWay1764000000902';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE half (text TEXT)');
    await runner.query('CREATE TABLE hub_events (text TEXT)');
  }

  down(): Promise<void> {
    return Promise.resolve();
  }
}

const LOG_MIGRATIONS = {
  sqlite: [
    'CreateEventLog1764000000001',
    'CreateSnapshots1764000000003',
    'LeaseCheckpoints1764000000005',
    'CreateDeadlinesAndEffects1764000000008',
    'CreateRebuilds1764000000009',
    'NoteAttempts1764000000011',
  ],
  postgres: [
    'CreateEventLog1764000000001',
    'ReplaceAppendFunction1764000000002',
    'CreateSnapshots1764000000003',
    'LeaseCheckpoints1764000000005',
    'NotifyOfAppends1764000000006',
    'AppendOneEvent1764000000007',
    'CreateDeadlinesAndEffects1764000000008',
    'CreateRebuilds1764000000009',
    'TellFlightTime1764000000010',
    'NoteAttempts1764000000011',
  ],
};

describe.each(DATABASE_KINDS)('the migrations of the event store on %s', (kind) => {
  let database: TestDatabase;
  let opened: OpenDatabase[];

  beforeEach(async () => {
    database = await createDatabase(kind);
    opened = [];
  });

  afterEach(async () => {
    await Promise.all(opened.map(({ close }) => close()));
    await database.drop();
  });

  async function open(options?: Parameters<typeof openDatabase>[1]): Promise<OpenDatabase> {
    const database_ = await openDatabase(database, options);
    opened.push(database_);
    return database_;
  }

  it.each([2, 4])('run once when %d open an empty database at once', async (count) => {
    await Promise.all(numbers(1, count).map(() => open()));
    expect(opened).toHaveLength(count);
    expect(await migrationsRun(opened[0])).toEqual(LOG_MIGRATIONS[kind]);
    for (const [nr, { store }] of opened.entries()) {
      expect((await store.append('order-1', nr, newEvents(1))).position).toBe(nr + 1);
    }
  });

  it('run once when 4 processes open an empty database at once', async () => {
    const positions = await runTogether<number>(
      'opener.mjs',
      numbers(1, 4).map(() => ({ options: database.options })),
    );
    expect([...positions].sort()).toEqual([1, 2, 3, 4]);
    expect(await migrationsRun(await open())).toEqual(LOG_MIGRATIONS[kind]);
  });

  it('run nothing on a database that has them', async () => {
    const { store } = await open();
    await store.append('order-1', 'none', newEvents(3));
    const again = await open();
    expect(await migrationsRun(again)).toEqual(LOG_MIGRATIONS[kind]);
    expect(await again.store.headPosition()).toBe(3);
  });

  it('wait for the lock of their own, whatever the application asked TypeORM to do at start', async () => {
    const sources: DataSource[] = [];
    for (const _ of numbers(1, 4)) {
      sources.push(await new DataSource({ ...database.options, migrationsRun: true }).initialize());
    }
    try {
      const databases = await Promise.all(
        sources.map((source) => openEventDatabase(source, new SystemClock())),
      );
      expect(await databases[0].pendingMigrations()).toEqual([]);
      await Promise.all(databases.map((each) => each.close()));
    } finally {
      await Promise.all(sources.map((source) => source.destroy()));
    }
  });

  it('run on a single connection', async () => {
    const { store } = await open({ extra: { max: 1 } });
    expect(await store.headPosition()).toBe(0);
  });

  it('of a feature run once, while others append and open', async () => {
    const [first, second] = [await open(), await open()];
    await Promise.all([
      first.migrate([CreateNotes1764000000901]),
      second.migrate([CreateNotes1764000000901]),
      first.store.append('order-1', 'none', newEvents(2)),
      second.store.append('order-2', 'none', newEvents(2)),
      open(),
    ]);
    await first.migrate([CreateNotes1764000000901]);
    expect(await migrationsRun(first)).toEqual([
      ...LOG_MIGRATIONS[kind],
      'CreateNotes1764000000901',
    ]);
    expect(await second.dataSource.query('SELECT text FROM note')).toEqual([]);
    expect(await first.store.headPosition()).toBe(4);
  });

  it('wait for a transaction of the same process', async () => {
    const { transactions, migrate } = await open();
    await transactions.run(async (manager) => {
      await manager.query('CREATE TABLE kept (text TEXT)');
    });
    const [inside, finish] = [new Gate(), new Gate()];
    const transaction = transactions.run(async (manager) => {
      await manager.query("INSERT INTO kept VALUES ('kept')");
      inside.open();
      await finish.opened;
    });
    await inside.opened;
    const migrated = migrate([CreateNotes1764000000901]);
    await turnsOfTheEventLoop(20);
    finish.open();
    await Promise.all([transaction, migrated]);
    expect(await opened[0].dataSource.query('SELECT text FROM kept')).toEqual([{ text: 'kept' }]);
  });

  it('leave nothing of one that fails half way', async () => {
    const { migrate, dataSource } = await open();
    const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    await expect(migrate([FailHalfWay1764000000902])).rejects.toThrow(/already exists/);
    expect(log).toHaveBeenCalledWith(expect.stringContaining('FailHalfWay'));
    log.mockRestore();
    await expect(dataSource.query('SELECT * FROM half')).rejects.toThrow();
    expect(await migrationsRun(opened[0])).toEqual(LOG_MIGRATIONS[kind]);
    await migrate([CreateNotes1764000000901]);
  });
});

describe('a SQLite database in memory', () => {
  it.each([':memory:', ''])('is refused as %j, with what to type instead', async (file) => {
    const dataSource = await new DataSource({
      type: 'better-sqlite3',
      driver: sqliteDriver(),
      database: file,
    }).initialize();
    try {
      const opening = openEventDatabase(dataSource, new SystemClock());
      await expect(opening).rejects.toThrow(ConfigurationError);
      await expect(opening).rejects.toThrow(/database: 'data\/hub\.sqlite'.*store: 'memory'/);
    } finally {
      await dataSource.destroy();
    }
  });
});

async function migrationsRun({ dataSource }: OpenDatabase): Promise<string[]> {
  const rows = await dataSource.query<{ name: string }[]>(
    'SELECT name FROM hub_migrations ORDER BY id',
  );
  return rows.map(({ name }) => name);
}
