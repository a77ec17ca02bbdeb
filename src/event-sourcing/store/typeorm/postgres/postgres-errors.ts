import { DatabaseError } from 'pg';
import { QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';

/** SQLSTATEs that PostgreSQL sends when it goes away, starts up, has no connection left, or the database is gone. */
const UNAVAILABLE = new Set(['57P01', '57P02', '57P03', '53300', '3D000']);
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

const SQLSTATE = /^[0-9A-Z]{5}$/;
/**
 * Classes of SQLSTATEs that depend on the values of a statement: cardinality, data, integrity, a failed transaction, check
 * options, limits such as the size of an index entry, and what triggers raise.
 */
const ABOUT_VALUES = /^(21|22|23|25P02|44|54|P0)/;

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

/** Whether PostgreSQL, or how it is set up, is at fault, and not the values of a statement. */
export function isAtFault(error: unknown): boolean {
  if (isConnectionLost(error)) return true;
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  const code = (cause as { code?: unknown } | undefined)?.code;
  return (
    cause instanceof DatabaseError &&
    typeof code === 'string' &&
    SQLSTATE.test(code) &&
    !ABOUT_VALUES.test(code)
  );
}
