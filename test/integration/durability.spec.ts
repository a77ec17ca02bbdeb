import { v7 } from 'uuid';
import { sqliteHandle } from '../../src/event-sourcing/store/typeorm/sqlite/sqlite-handle.js';
import { SqliteWriter } from '../../src/event-sourcing/store/typeorm/sqlite/sqlite-writer.js';
import { FlightPlan } from '../../src/event-sourcing/store/typeorm/postgres/flight-plan.js';
import { prepareAppend } from '../../src/event-sourcing/store/prepared-append.js';
import { createDatabase, openDatabase } from '../support/databases.js';

const FULL = 2;

describe('An acknowledged append is on the disk', () => {
  it('on SQLite: the writer syncs every commit of a write-ahead log', async () => {
    const database = await createDatabase('sqlite');
    const open = await openDatabase(database);
    const pragmas = await (open.transactions as SqliteWriter).runSync((handle) => ({
      synchronous: handle.pragma('synchronous', { simple: true }),
      journal: handle.pragma('journal_mode', { simple: true }),
    }));

    expect(pragmas).toEqual({ synchronous: FULL, journal: 'wal' });
    expect(sqliteHandle(open.dataSource).pragma('query_only', { simple: true })).toBe(1);
    await open.close();
    await database.drop();
  });

  it('on PostgreSQL: even where the database is set to commit without waiting for the disk', async () => {
    const database = await createDatabase('postgres');
    const open = await openDatabase(database);
    const event = { id: v7(), type: 'thing.made', version: 1, data: {} };
    const plan = new FlightPlan([
      prepareAppend([{ stream: 'thing-1', expectedRevision: 'any', events: [event] }]),
    ]);
    const setting = await open.dataSource.transaction(async (manager) => {
      await manager.query('SET LOCAL synchronous_commit = off');
      const places = Array.from({ length: 14 }, (_, index) => `$${index + 1}`).join(', ');
      await manager.query(`SELECT hub_append(${places})`, [new Date(), ...plan.parameters()]);
      const [row] = await manager.query<{ value: string }[]>(
        `SELECT current_setting('synchronous_commit') AS value`,
      );
      return row.value;
    });

    expect(setting).toBe('on');
    await open.close();
    await database.drop();
  });
});
