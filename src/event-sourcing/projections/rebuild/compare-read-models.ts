import type { EntityManager } from 'typeorm';
import { run } from '../../processing/portable-sql.js';
import type { ShadowDatabase } from '../../store/typeorm/shadow-database.js';
import type { RowDifference, TableVerification } from './rebuild-status.js';
import type { ProjectionTable } from './rebuildable-projection.js';

const EXAMPLES = 5;

type Row = Readonly<Record<string, unknown>>;

/** What a table that serves says otherwise than its copy in a shadow, by primary key. */
export async function compareTable(
  { name, primaryKey }: ProjectionTable,
  shadow: ShadowDatabase,
  manager: EntityManager,
): Promise<TableVerification> {
  const columns = await shadow.columnsOf(name, manager);
  const values = columns.map(({ name: column, comparable }) => `${comparable} AS "${column}"`);
  const expected = `(SELECT ${values.join(', ')} FROM ${shadow.nameOf(name)})`;
  const actual = `(SELECT ${values.join(', ')} FROM "${name}")`;
  const sameKey = primaryKey.map((column) => `a."${column}" = b."${column}"`).join(' AND ');
  const count = (sql: string): Promise<number> => countOf(sql, manager);

  const lacking = (rows: string, others: string): string =>
    `SELECT * FROM ${rows} a WHERE NOT EXISTS (SELECT 1 FROM ${others} b WHERE ${sameKey})`;
  const changed = `SELECT * FROM (SELECT * FROM ${expected} e EXCEPT SELECT * FROM ${actual} f) a
    WHERE EXISTS (SELECT 1 FROM ${actual} b WHERE ${sameKey})`;

  const read = (sql: string): Promise<readonly Row[]> =>
    run<Row>(manager, `${sql} ORDER BY ${keyOf(primaryKey)} LIMIT ${EXAMPLES}`, []);
  const actualOf = async (row: Row): Promise<Row> => {
    const where = primaryKey.map((column) => `a."${column}" = ?`).join(' AND ');
    const key = primaryKey.map((column) => row[column] as string);
    return (await run<Row>(manager, `SELECT * FROM ${actual} a WHERE ${where}`, key))[0];
  };

  const missing = await read(lacking(expected, actual));
  const unexpected = await read(lacking(actual, expected));
  const different: RowDifference[] = [];
  for (const row of await read(changed)) {
    different.push({ expected: row, actual: await actualOf(row) });
  }
  return {
    table: name,
    rows: await count(`SELECT 1 FROM "${name}"`),
    missing: await count(lacking(expected, actual)),
    unexpected: await count(lacking(actual, expected)),
    different: await count(changed),
    examples: [
      ...missing.map((row) => ({ expected: row })),
      ...unexpected.map((row) => ({ actual: row })),
      ...different,
    ].slice(0, EXAMPLES),
  };
}

function keyOf(primaryKey: readonly string[]): string {
  return primaryKey.map((column) => `"${column}"`).join(', ');
}

async function countOf(sql: string, manager: EntityManager): Promise<number> {
  const [{ rows }] = await run<{ rows: number | string }>(
    manager,
    `SELECT count(*) AS rows FROM (${sql}) counted`,
    [],
  );
  return Number(rows);
}

/** Whether the same events are parked in a shadow as for the projection that serves. */
export async function compareParkedEvents(
  projection: string,
  builder: string,
  shadow: ShadowDatabase,
  manager: EntityManager,
): Promise<boolean> {
  const expected = `SELECT position FROM ${shadow.nameOf('hub_parked_events')} WHERE processor = ?`;
  const actual = 'SELECT position FROM hub_parked_events WHERE processor = ?';
  const differing = await run(
    manager,
    `SELECT * FROM (${expected} EXCEPT ${actual}) missing
      UNION ALL SELECT * FROM (${actual} EXCEPT ${expected}) unexpected LIMIT 1`,
    [builder, projection, projection, builder],
  );
  return differing.length === 0;
}
