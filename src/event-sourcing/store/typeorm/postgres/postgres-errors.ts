import { DatabaseError } from 'pg';
import { QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';

/**
 * SQLSTATEs that PostgreSQL sends when it goes away, starts up, has no connection left, the database is gone, or it has
 * broken off a transaction that was silent.
 */
const UNAVAILABLE = new Set(['57P01', '57P02', '57P03', '53300', '3D000', '25P03', '57P05']);
const CONNECTION_EXCEPTION_CLASS = '08';
const SOCKET_ERRORS = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENOENT',
]);
const DRIVER_MESSAGES =
  /connection terminated|connection ended|timeout exceeded when trying to connect|client has encountered a connection error|not queryable/i;

/**
 * Classes of SQLSTATEs, and some of their members, that the database is to blame for: connections, roles that may no longer
 * come in, no room, deadlocks and transactions that others overtook, locks that were not given, what an operator does, the
 * operating system and the server itself; a database that only reads, as a standby does; a transaction that took too long; a
 * permission that is gone; and a prepared statement that is gone, as behind a pooler.
 */
const OUTAGE = /^(08|28|40|53|55|57|58|F0|XX|25006|25P03|25P04|26000|3D000|42501)/;
/** Classes of statements that do not fit the tables or are not SQL: names, types, syntax; schemas; what is not supported. */
const MISTAKE = /^(42|3F|0A)/;

/** Whether PostgreSQL could not be reached or broke off, so that the outcome of a statement is unknown. */
export function isConnectionLost(error: unknown): boolean {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (!(cause instanceof Error)) return false;
  // TypeORM releases a query runner whose connection has broken, and says no more to whoever is using it.
  if (cause instanceof QueryRunnerAlreadyReleasedError) return true;
  const code = (cause as { code?: string }).code ?? '';
  return (
    UNAVAILABLE.has(code) ||
    code.startsWith(CONNECTION_EXCEPTION_CLASS) ||
    SOCKET_ERRORS.has(code) ||
    DRIVER_MESSAGES.test(cause.message)
  );
}

/**
 * Whether PostgreSQL is at fault, and not a statement or its values. A socket that breaks is not PostgreSQL's for sure: a
 * processor may speak to others, too.
 */
export function isAtFault(error: unknown): boolean {
  const code = sqlStateOf(error);
  if (code !== undefined) return OUTAGE.test(code);
  return isConnectionLost(error) && !isAnySocketError(error);
}

/** Whether a statement is at fault, whatever its values are. */
export function isMistake(error: unknown): boolean {
  const code = sqlStateOf(error);
  return code !== undefined && MISTAKE.test(code) && !OUTAGE.test(code);
}

function sqlStateOf(error: unknown): string | undefined {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return cause instanceof DatabaseError ? cause.code : undefined;
}

function isAnySocketError(error: unknown): boolean {
  return (
    !(error instanceof QueryFailedError) &&
    SOCKET_ERRORS.has((error as { code?: string }).code ?? '')
  );
}
