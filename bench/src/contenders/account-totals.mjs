/* The read model that workload 9 keeps: how often something was booked to each account, and how much. */

/** The name of its projection. */
export const ACCOUNT_TOTALS = 'account-totals';

/** Its table, in both databases' SQL. */
export const CREATE_ACCOUNT_TOTALS =
  'CREATE TABLE account_totals (account text PRIMARY KEY, bookings bigint NOT NULL, total bigint NOT NULL)';

/** Adds some accounts' bookings and totals to what they have, in one statement. */
const ADD_UP = {
  postgres: `INSERT INTO account_totals (account, bookings, total)
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[])
    ON CONFLICT (account) DO UPDATE SET bookings = account_totals.bookings + excluded.bookings,
                                        total = account_totals.total + excluded.total`,
  sqlite: `INSERT INTO account_totals (account, bookings, total)
    SELECT value->>0, value->>1, value->>2 FROM json_each(?) WHERE true
    ON CONFLICT (account) DO UPDATE SET bookings = bookings + excluded.bookings,
                                        total = total + excluded.total`,
};

/** The statement that adds up, and its parameters, for the bookings of a batch. */
export function addingUp(kind, bookings) {
  const sums = new Map();
  for (const { account, amount } of bookings) {
    const sum = sums.get(account);
    if (sum) {
      sum.bookings += 1;
      sum.total += amount;
    } else {
      sums.set(account, { account, bookings: 1, total: amount });
    }
  }
  const rows = [...sums.values()];
  const column = (name) => rows.map((row) => row[name]);
  const parameters =
    kind === 'postgres'
      ? [column('account'), column('bookings'), column('total')]
      : [JSON.stringify(rows.map(({ account, bookings, total }) => [account, bookings, total]))];
  return { sql: ADD_UP[kind], parameters };
}
