import { query } from '../machine/databases.mjs';

/**
 * The oracle of the read model `account_totals`: what stands in it beside what follows from the log, in SQL.
 *
 * @param processor whose checkpoint must be at the head, where there is one to look at
 * @returns the problems
 */
export async function auditReadModel(database, processor) {
  const [facts] = await query(database, factsSql(database.kind, processor));
  return problemsInReadModel(
    Object.fromEntries(
      Object.entries(facts).map(([name, value]) => [name, value === null ? null : Number(value)]),
    ),
  );
}

function factsSql(kind, processor) {
  const field = (key) => (kind === 'postgres' ? `data->>'${key}'` : `data->>'$.${key}'`);
  const amount = kind === 'postgres' ? `CAST(${field('amount')} AS bigint)` : field('amount');
  const checkpoint = processor
    ? `(SELECT position FROM hub_checkpoints WHERE name = '${processor}')`
    : 'NULL';
  return `
    WITH truth AS (
      SELECT ${field('account')} AS account, count(*) AS bookings, sum(${amount}) AS total
        FROM hub_events GROUP BY 1
    )
    SELECT count(*) AS accounts, count(kept.account) AS "accountsKept",
           (SELECT count(*) FROM account_totals) AS rows,
           sum(CASE WHEN kept.bookings = truth.bookings AND kept.total = truth.total THEN 0 ELSE 1 END) AS wrong,
           (SELECT max(position) FROM hub_events) AS head, ${checkpoint} AS checkpoint
      FROM truth LEFT JOIN account_totals AS kept ON kept.account = truth.account`;
}

/**
 * What is wrong with a read model of which `facts` were counted: accounts in the log, how many of those have a row, all
 * rows, accounts whose row says something else than the log (or is missing), the head of the log and the checkpoint.
 */
export function problemsInReadModel({ accounts, accountsKept, rows, wrong, head, checkpoint }) {
  const problems = [];
  if (wrong > 0) {
    problems.push(`of ${accounts} accounts ${wrong} are not in the table as the log has them`);
  }
  if (rows > accountsKept) {
    problems.push(`${rows - accountsKept} rows are of accounts that are not in the log`);
  }
  if (checkpoint !== null && checkpoint !== head) {
    problems.push(`the checkpoint is at ${checkpoint}, and the head is ${head}`);
  }
  return problems;
}
