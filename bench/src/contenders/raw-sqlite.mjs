import { openSqlite } from '../machine/databases.mjs';
import { dataOf, emptyAccount, fold } from '../child/payload.mjs';
import { uuidV7 } from '../child/ids.mjs';
import { COLUMNS } from '../machine/prefill.mjs';

/**
 * The physical yardstick: prepared statements on a table of hub_events' shape, mapped into memory as Hindsight does it,
 * and nothing is checked.
 */
export const rawSqlite = {
  title: 'raw better-sqlite3',
  databases: ['sqlite'],
  table: () => ({
    name: 'hub_events',
    account: "substr(stream, length('account-') + 1)",
    revision: 'revision',
    position: 'position',
    isDense: true,
    data: 'data',
  }),

  async open({ file }) {
    const database = await openSqlite(file);
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('mmap_size = 2147418112');
    const insert = database.prepare(
      `INSERT INTO hub_events (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')})`,
    );
    const select = database
      .prepare('SELECT data FROM hub_events WHERE stream = ? ORDER BY revision')
      .pluck();
    let position = 0;
    return {
      load(account) {
        const rows = select.all(`account-${account}`);
        return Promise.resolve(rows.map((data) => JSON.parse(data)).reduce(fold, emptyAccount()));
      },
      /** Inserts rows, one for each account and all in one transaction. */
      insertAll: database.transaction((rows) => {
        for (const { account, revision } of rows) {
          position += 1;
          const data = JSON.stringify(dataOf(account, revision));
          const now = new Date().toISOString();
          insert.run(
            ...[position, uuidV7(), `account-${account}`, revision, 'account', 'account.booked', 1],
            ...[data, '{}', null, null, now],
          );
        }
      }),
      close: () => Promise.resolve(database.close()),
    };
  },
};
