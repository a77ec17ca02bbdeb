import type { Database } from 'better-sqlite3';
import { type DataSource, QueryFailedError } from 'typeorm';

/** The driver's own connection below a TypeORM data source. */
export function sqliteHandle(dataSource: DataSource): Database {
  return (dataSource.driver as unknown as { databaseConnection: Database }).databaseConnection;
}

/** SQLite's result code, for example `SQLITE_BUSY`, wherever TypeORM has put it. */
export function sqliteCode(error: unknown): string {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return (cause as { code?: string } | undefined)?.code ?? '';
}

/** Whether another connection holds a lock. */
export function isBusy(error: unknown): boolean {
  return sqliteCode(error).startsWith('SQLITE_BUSY');
}
