import { DataSource } from 'typeorm';
import {
  newEvents,
  numbers,
  wholeLog,
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

describe('a plain TypeORM data source on better-sqlite3', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeEach(async () => {
    database = await createDatabase('sqlite');
    dataSource = await new DataSource(database.options).initialize();
    await dataSource.query('CREATE TABLE note (text TEXT)');
  });

  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  // When this fails, TypeORM has mended it, and the writer of our own may have become superfluous.
  it('still undoes what one transaction has committed when another is rolled back', async () => {
    const [first, second] = [new Gate(), new Gate()];
    const rolledBack = dataSource.transaction(async (manager) => {
      await manager.query("INSERT INTO note VALUES ('rolled back')");
      first.open();
      await second.opened;
      throw new Error('roll back');
    });
    const committed = first.opened.then(() =>
      dataSource.transaction((manager) => manager.query("INSERT INTO note VALUES ('committed')")),
    );
    await expect(committed).resolves.toBeDefined();
    second.open();
    await expect(rolledBack).rejects.toThrow('roll back');

    expect(await dataSource.query('SELECT text FROM note')).toEqual([]);
  });

  it('still shows what nobody has committed', async () => {
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query("INSERT INTO note VALUES ('uncommitted')");
    expect(await dataSource.query('SELECT text FROM note')).toEqual([{ text: 'uncommitted' }]);
    await runner.rollbackTransaction();
  });
});

describe.each(DATABASE_KINDS)('beside a transaction that is rolled back, on %s,', (kind) => {
  let database: TestDatabase;
  let opened: OpenDatabase;

  beforeEach(async () => {
    database = await createDatabase(kind);
    opened = await openDatabase(database);
    await opened.transactions.run((manager) => manager.query('CREATE TABLE note (text TEXT)'));
  });

  afterEach(async () => {
    await opened.close();
    await database.drop();
  });

  it('no acknowledged append is lost', async () => {
    const inside = new Gate();
    const appended = new Gate();
    const rolledBack = opened.transactions.run(async (manager) => {
      await manager.query("INSERT INTO note VALUES ('rolled back')");
      inside.open();
      await appended.opened;
      throw new Error('roll back');
    });
    await inside.opened;
    const appends = numbers(1, 20).map((nr) =>
      opened.store.append(`order-${nr}`, 'none', newEvents(2)),
    );
    await turnsOfTheEventLoop(20);
    appended.open();
    await expect(rolledBack).rejects.toThrow('roll back');

    const acknowledged = (await Promise.all(appends)).flatMap(({ events }) => events);
    const log = await wholeLog(opened.store);
    expect(log.map(({ id }) => id).sort()).toEqual(acknowledged.map(({ id }) => id).sort());
    expect(await notes()).toEqual([]);
  });

  it('transactions that are committed stay committed', async () => {
    const outcomes = await Promise.allSettled(
      numbers(1, 30).map((nr) =>
        opened.transactions.run(async (manager) => {
          await manager.query(`INSERT INTO note VALUES ('${nr}')`);
          await turnsOfTheEventLoop(nr % 3);
          if (nr % 2) throw new Error('roll back');
        }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(15);
    expect((await notes()).map(Number).sort((a, b) => a - b)).toEqual(
      numbers(1, 30).filter((nr) => nr % 2 === 0),
    );
  });

  it('nobody sees an uncommitted row or event', async () => {
    const inside = new Gate();
    const seen = new Gate();
    const transaction = opened.transactions.run(async (manager) => {
      await manager.query("INSERT INTO note VALUES ('uncommitted')");
      await manager.query(INSERT_EVENT[kind]);
      inside.open();
      await seen.opened;
      throw new Error('roll back');
    });
    await inside.opened;
    const reader = await openReader();
    try {
      expect(await notes()).toEqual([]);
      expect(await reader.query('SELECT text FROM note')).toEqual([]);
      expect(await wholeLog(opened.store)).toEqual([]);
      expect(await opened.store.headPosition()).toBe(0);
      expect(await opened.store.streamRevision('order-1')).toBe(0);
      expect(await opened.store.findEvent(UNCOMMITTED)).toBeUndefined();
    } finally {
      await reader.destroy();
      seen.open();
    }
    await expect(transaction).rejects.toThrow('roll back');
    expect((await opened.store.append('order-1', 'none', newEvents(1))).position).toBe(1);
  });

  it('a transaction that the database itself broke off leaves the next one whole', async () => {
    await opened.transactions.run((manager) =>
      manager.query('CREATE TABLE single (id INTEGER PRIMARY KEY)'),
    );
    await expect(
      opened.transactions.run(async (manager) => {
        await manager.query('INSERT INTO single VALUES (1)');
        await manager.query(
          kind === 'sqlite'
            ? 'INSERT OR ROLLBACK INTO single VALUES (1)'
            : 'INSERT INTO single VALUES (1)',
        );
      }),
    ).rejects.toThrow(/UNIQUE|unique/);

    await expect(
      opened.transactions.run(async (manager) => {
        await manager.query('INSERT INTO single VALUES (2)');
        throw new Error('roll back');
      }),
    ).rejects.toThrow('roll back');
    await opened.transactions.run((manager) => manager.query('INSERT INTO single VALUES (3)'));
    await opened.store.append('order-1', 'none', newEvents(1));
    expect(await opened.dataSource.query('SELECT id FROM single')).toEqual([{ id: 3 }]);
  });

  it('a transaction that had to wait for another process after one that failed is committed', async () => {
    await expect(
      opened.transactions.run(() => Promise.reject(new Error('roll back'))),
    ).rejects.toThrow('roll back');
    const other = await openDatabase(database);
    const [inside, finish] = [new Gate(), new Gate()];
    const holdingTheLock = other.transactions.run(async (manager) => {
      await manager.query('UPDATE hub_checkpoints SET position = position');
      inside.open();
      await finish.opened;
    });
    await inside.opened;
    const waiting = opened.transactions.run((manager) =>
      manager.query("INSERT INTO note VALUES ('committed')"),
    );
    await turnsOfTheEventLoop(50);
    finish.open();
    await Promise.all([holdingTheLock, waiting]);
    expect(await other.dataSource.query('SELECT text FROM note')).toEqual([{ text: 'committed' }]);
    await opened.store.append('order-1', 'none', newEvents(1));
    expect(await other.store.headPosition()).toBe(1);
    await other.close();
  });

  async function notes(): Promise<string[]> {
    const rows = await opened.dataSource.query<{ text: string }[]>('SELECT text FROM note');
    return rows.map(({ text }) => text);
  }

  function openReader(): Promise<DataSource> {
    return new DataSource(database.options).initialize();
  }
});

describe('the data source that was given to the event store on SQLite', () => {
  it('is read-only from then on', async () => {
    const database = await createDatabase('sqlite');
    const { dataSource, close } = await openDatabase(database);
    try {
      await expect(
        dataSource.query("INSERT INTO hub_checkpoints (name, position) VALUES ('x', 1)"),
      ).rejects.toThrow(/readonly/);
      await expect(dataSource.query('CREATE TABLE note (text TEXT)')).rejects.toThrow(/readonly/);
    } finally {
      await close();
      await database.drop();
    }
  });
});

describe('transactions that follow each other on SQLite', () => {
  it('leave timers and requests their turn', async () => {
    const database = await createDatabase('sqlite');
    const { transactions, close } = await openDatabase(database);
    let turns = 0;
    let isOver = false;
    const others = (async () => {
      for (; !isOver; turns += 1) await turnsOfTheEventLoop(1);
    })();
    try {
      for (const nr of numbers(1, 20)) {
        await transactions.run((manager) => manager.query(`SELECT ${nr}`));
      }
    } finally {
      isOver = true;
      await others;
      await close();
      await database.drop();
    }
    expect(turns).toBeGreaterThanOrEqual(20);
  });
});

const UNCOMMITTED = '00000000-0000-7000-8000-000000000001';

const INSERT_EVENT = {
  sqlite: `INSERT INTO hub_events
    (position, id, stream, revision, category, type, version, data, metadata, recorded_at)
    VALUES (1, '${UNCOMMITTED}', 'order-1', 1, 'order', 'order.placed', 1, '{}', '{}', '2026-01-01')`,
  postgres: `SELECT hub_append(now(), 'order-1', '{1}', '{1}', '{-1}', '{1}', '{1}', '${UNCOMMITTED}',
    'order.placed', '{1}', '{}', '{}', '', '')`,
};
