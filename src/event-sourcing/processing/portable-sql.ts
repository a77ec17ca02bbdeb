import type { DataSource, EntityManager, QueryResult } from 'typeorm';

/** What a statement takes. */
export type SqlParameter = string | number | null;

/** The database's own clock, in milliseconds since 1970: that of no instance, so that they all agree. */
const NOW = {
  postgres: '(extract(epoch FROM clock_timestamp()) * 1000)::bigint',
  sqlite: "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
};

/** Whether SQL is for PostgreSQL; otherwise it is for SQLite. */
export function isPostgres(source: DataSource): boolean {
  return source.options.type === 'postgres';
}

/**
 * To be added to what the first statement of a transaction returns: the process may come to stand still with the locks
 * that the transaction holds, and PostgreSQL then breaks it off after so long. SQLite has no such thing.
 */
export function breakingOffAfter(silentMs: number, source: DataSource): string {
  return isPostgres(source)
    ? `, set_config('idle_in_transaction_session_timeout', '${Math.ceil(silentMs)}', true)`
    : '';
}

/** Reads what is committed, with SQL for both databases: `?` is a parameter, `{now}` the database's clock. */
export function select<Row>(
  source: DataSource,
  sql: string,
  parameters: readonly SqlParameter[],
): Promise<readonly Row[]> {
  return source.query<Row[]>(nativeOf(sql, source), [...parameters]);
}

/**
 * As `select`, in the transaction of `manager`, for SQL that may write.
 * @returns the rows it reads or, with RETURNING, those it has written.
 */
export async function run<Row>(
  manager: EntityManager,
  sql: string,
  parameters: readonly SqlParameter[],
): Promise<readonly Row[]> {
  const { queryRunner } = manager;
  if (!queryRunner) throw new Error('This is written only inside a transaction.');
  const native = nativeOf(sql, queryRunner.dataSource);
  const result = (await queryRunner.query(native, [...parameters], true)) as QueryResult<Row>;
  return result.records;
}

function nativeOf(sql: string, source: DataSource): string {
  let index = 0;
  return sql
    .replaceAll('{now}', isPostgres(source) ? NOW.postgres : NOW.sqlite)
    .replaceAll('?', () => source.driver.createParameter('', index++));
}
