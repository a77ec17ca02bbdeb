import { FILLER, FREE } from '../child/payload.mjs';
import { CONTENDERS } from '../contenders/index.mjs';
import { query } from '../machine/databases.mjs';
import { problemsIn } from './problems.mjs';

/**
 * The oracle: what the database really holds after a run, asked in SQL of the contender's own tables and of nobody who
 * took part. @returns the problems; a timing with any is void
 */
export async function audit(contender, database, { acknowledged, after = 0 }) {
  const [facts] = await query(database, factsSql(eventTable(contender, database), after));
  return problemsIn(numbers(facts), { acknowledged, after });
}

/** Where a contender has its events, and how to ask for what is in their data. */
export function eventTable(contender, database) {
  const table = CONTENDERS[contender].table(database);
  const isPostgres = database.kind === 'postgres';
  const field = (key) => `(${table.data}->>'${isPostgres ? '' : '$.'}${key}')`;
  return {
    ...table,
    told: field('account'),
    filler: field('filler'),
    amount: isPostgres ? `${field('amount')}::int` : field('amount'),
  };
}

/** One statement that counts what a log can have wrong; `after` leaves out the positions up to it. */
function factsSql(table, after) {
  const { name, account, revision, position, isDense, head, told, amount, filler } = table;
  const streams = account
    ? `(SELECT count(*) FROM (
         SELECT 1 FROM audited GROUP BY account
         HAVING min(revision) <> 1 OR max(revision) <> count(*) OR count(DISTINCT revision) <> count(*)
       ) AS broken)`
    : 'NULL';
  const payload = account
    ? `sum(CASE WHEN told = account AND filler = '${FILLER}'
         AND (amount = revision OR account LIKE '${FREE}%') THEN 0 ELSE 1 END)`
    : `sum(CASE WHEN filler = '${FILLER}' THEN 0 ELSE 1 END)`;
  return `
    WITH audited AS (
      SELECT ${account ?? 'NULL'} AS account, ${revision ?? 'NULL'} AS revision,
             ${isDense ? position : 'NULL'} AS position, ${told} AS told, ${amount} AS amount,
             ${filler} AS filler
        FROM ${name} ${after > 0 ? `WHERE ${position} > ${after}` : ''}
    )
    SELECT count(*) AS rows_found, ${payload} AS wrong_payloads, ${streams} AS broken_streams,
           min(position) AS first_position, max(position) AS last_position,
           count(DISTINCT position) AS positions, ${head ?? 'NULL'} AS head
      FROM audited`;
}

/** PostgreSQL's driver gives large numbers as texts. */
function numbers(row) {
  const number = (value) => (value === null ? undefined : Number(value));
  return {
    rows: number(row.rows_found),
    wrongPayloads: number(row.wrong_payloads) ?? 0,
    brokenStreams: number(row.broken_streams) ?? 0,
    firstPosition: number(row.first_position),
    lastPosition: number(row.last_position),
    positions: number(row.positions),
    head: number(row.head),
  };
}
