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
  return driverErrorOf(error)?.code ?? '';
}

/** Whether another connection holds a lock. */
export function isBusy(error: unknown): boolean {
  return sqliteCode(error).startsWith('SQLITE_BUSY');
}

/** Result codes that SQLite, its file or the disk are to blame for. */
const OUTAGE =
  /^SQLITE_(BUSY|LOCKED|IOERR|FULL|CANTOPEN|READONLY_|NOMEM|PERM|AUTH|CORRUPT|NOTADB|PROTOCOL|INTERRUPT|INTERNAL)/;
/** What SQLite says, under the one code for all such errors, of a statement that is wrong whatever its values are. */
const ABOUT_THE_STATEMENT =
  /^(no such |near "|incomplete input|unrecognized token|ambiguous column|wrong number of arguments|misuse of |\d+ values for \d+ columns|table \S+ (has|may|already))|syntax error|has no column named/;

/** Whether SQLite, its file or the disk is at fault, and not a statement or its values. */
export function isAtFault(error: unknown): boolean {
  return OUTAGE.test(sqliteCode(error));
}

/**
 * Whether a statement is at fault, whatever its values are. That includes a write through the connection for reading: a file
 * that has become read-only has other codes.
 */
export function isMistake(error: unknown): boolean {
  const code = sqliteCode(error);
  if (code === 'SQLITE_READONLY') return true;
  return code === 'SQLITE_ERROR' && ABOUT_THE_STATEMENT.test(driverErrorOf(error)?.message ?? '');
}

/** An error of the driver may be of another realm than this one, where it is an instance of no class known here. */
function driverErrorOf(error: unknown): { code?: string; message?: string } | undefined {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return cause as { code?: string; message?: string } | undefined;
}
