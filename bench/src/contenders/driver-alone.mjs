import { openSqlite } from '../machine/databases.mjs';
import { withClient } from '../machine/postgres-server.mjs';
import { ACCOUNT_TOTALS, addingUp } from './account-totals.mjs';

const PAGE = 2_000;

/** The columns it needs: the data says which account, and how much. */
const pageSql = (placeholder, data) =>
  `SELECT position, ${data} FROM hub_events WHERE position > ${placeholder} ORDER BY position LIMIT ${PAGE}`;

/** It starts with none. */
const CREATE_CHECKPOINT = `INSERT INTO hub_checkpoints (name, position) VALUES ('${ACCOUNT_TOTALS}', 0)`;
const moveSql = (placeholder) =>
  `UPDATE hub_checkpoints SET position = ${placeholder} WHERE name = '${ACCOUNT_TOTALS}'`;

/**
 * The yardstick of workload 9: reads the events of the log with the driver, page by page, adds them up, and writes the
 * sums with the statement that Hindsight's projection has, in one transaction with how far it is. It checks nothing,
 * makes no objects of what it reads, and owns what it reads and writes alone.
 */
export const driverAlone = {
  title: 'the driver alone',
  databases: ['postgres', 'sqlite'],

  open(database) {
    const catchUp = { postgres: onPostgres, sqlite: onSqlite }[database.kind];
    return Promise.resolve({
      async catchUp(_, observe) {
        await catchUp(database, observe);
        return () => Promise.resolve();
      },
      close: () => Promise.resolve(),
    });
  },
};

async function onPostgres({ url }, observe) {
  await withClient(url, async (client) => {
    await client.query(CREATE_CHECKPOINT);
    for (let position = 0; ;) {
      const { rows } = await client.query(pageSql('$1', 'data'), [position]);
      if (rows.length === 0) return;
      position = Number(rows.at(-1).position);
      const { sql, parameters } = addingUp('postgres', observe(rows).map(dataOfRow));
      await client.query('BEGIN');
      await client.query(sql, parameters);
      await client.query(moveSql('$1'), [position]);
      await client.query('COMMIT');
    }
  });
}

const dataOfRow = ({ data }) => data;

async function onSqlite({ file }, observe) {
  const connection = await openSqlite(file);
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.pragma('mmap_size = 2147418112');
  connection.exec(CREATE_CHECKPOINT);
  const select = connection.prepare(pageSql('?', 'data'));
  const move = connection.prepare(moveSql('?'));
  const write = connection.transaction(({ sql, parameters }, position) => {
    connection.prepare(sql).run(...parameters);
    move.run(position);
  });
  for (let position = 0; ;) {
    const rows = select.all(position);
    if (rows.length === 0) break;
    position = rows.at(-1).position;
    write(
      addingUp(
        'sqlite',
        observe(rows).map(({ data }) => JSON.parse(data)),
      ),
      position,
    );
  }
  connection.close();
}
