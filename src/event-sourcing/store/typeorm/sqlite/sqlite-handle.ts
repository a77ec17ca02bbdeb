import type { Database } from 'better-sqlite3';
import { type DataSource, QueryFailedError, type QueryRunner } from 'typeorm';

interface Driver {
  readonly databaseConnection: Database;
  queryRunner?: QueryRunner;
}

/** The driver's own connection below a TypeORM data source. */
export function sqliteHandle(dataSource: DataSource): Database {
  return driverOf(dataSource).databaseConnection;
}

/** Gives the next transaction a query runner of its own, which knows of no earlier one. */
export function forgetQueryRunner(dataSource: DataSource): void {
  driverOf(dataSource).queryRunner = undefined;
}

function driverOf(dataSource: DataSource): Driver {
  return dataSource.driver as unknown as Driver;
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

/** Result codes that depend on the values of a statement. */
const ABOUT_VALUES = /^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG|RANGE)/;

/** Whether SQLite, its file or its tables are at fault, and not the values of a statement. */
export function isAtFault(error: unknown): boolean {
  const code = sqliteCode(error);
  return code.startsWith('SQLITE_') && !ABOUT_VALUES.test(code);
}
