import { isCorrelationId, isEventType } from '../append-request.js';
import { ReadDirection, ReadLogOptions, ReadStreamOptions } from '../event-store.js';
import { isCategory, isStreamName } from '../stream-name.js';

/** The `WHERE` and `ORDER BY` of one read, and how to go on after a page. */
export interface EventQuery {
  /** The column that orders the result and from which the next page goes on. */
  readonly orderedBy: 'position' | 'revision';
  readonly direction: ReadDirection;
  readonly conditions: readonly Condition[];
}

/** A column compared with values; several values mean any of them. */
export interface Condition {
  readonly column: string;
  readonly operator: '=' | '>' | '>=' | '<' | '<=';
  readonly values: readonly (string | number)[];
}

const EARLIEST = Date.parse('0001-01-01T00:00:00.000Z');
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

// What no event can have is never asked for: PostgreSQL, for one, refuses a text with a NUL character.

export function streamQuery(stream: string, options: ReadStreamOptions): EventQuery {
  const conditions: Condition[] = [oneOf('stream', [stream].filter(isStreamName))];
  if (options.from !== undefined) conditions.push(condition('revision', '>=', options.from));
  if (options.to !== undefined) conditions.push(condition('revision', '<=', options.to));
  if (options.until) conditions.push(notAfter(options.until));
  return { orderedBy: 'revision', direction: options.direction ?? 'forwards', conditions };
}

export function logQuery(options: ReadLogOptions): EventQuery {
  const conditions: Condition[] = [];
  const { after, upTo, categories, types, correlationId } = options;
  if (after !== undefined) conditions.push(condition('position', '>', after));
  if (upTo !== undefined) conditions.push(condition('position', '<=', upTo));
  if (categories) conditions.push(oneOf('category', categories.filter(isCategory)));
  if (types) conditions.push(oneOf('type', types.filter(isEventType)));
  if (correlationId !== undefined) {
    conditions.push(oneOf('correlation_id', [correlationId].filter(isCorrelationId)));
  }
  return { orderedBy: 'position', direction: options.direction ?? 'forwards', conditions };
}

/** The same read, from behind the last row of a page. */
export function continueAfter(query: EventQuery, last: number): EventQuery {
  const operator = query.direction === 'forwards' ? '>' : '<';
  return {
    ...query,
    conditions: [...query.conditions, condition(query.orderedBy, operator, last)],
  };
}

/** SQL with one placeholder per value, numbered from 1; `placeholder` writes the dialect's form. */
export function toSql(
  query: EventQuery,
  limit: number,
  columns: string,
  placeholder: (index: number) => string,
  table = 'hub_events',
): { readonly sql: string; readonly parameters: readonly (string | number)[] } {
  const parameters: (string | number)[] = [];
  const bind = (value: string | number): string => placeholder(parameters.push(value));
  const where = query.conditions.map(({ column, operator, values }) =>
    operator === '=' && values.length !== 1
      ? values.length === 0
        ? '1 = 0'
        : `${column} IN (${values.map(bind).join(', ')})`
      : `${column} ${operator} ${bind(values[0])}`,
  );
  const sql =
    `SELECT ${columns} FROM ${table}` +
    (where.length > 0 ? ` WHERE ${where.join(' AND ')}` : '') +
    ` ORDER BY ${query.orderedBy} ${query.direction === 'forwards' ? 'ASC' : 'DESC'}` +
    ` LIMIT ${bind(limit)}`;
  return { sql, parameters };
}

/** Infinity is as good a bound as none; a database knows no such integer. */
function condition(column: string, operator: Condition['operator'], bound: number): Condition {
  const { MIN_SAFE_INTEGER, MAX_SAFE_INTEGER } = Number;
  const value = Math.max(MIN_SAFE_INTEGER, Math.min(MAX_SAFE_INTEGER, bound));
  return { column, operator, values: [value] };
}

/** Both databases take a time as ISO text, and only of years with four digits. */
function notAfter(time: Date): Condition {
  const clamped = new Date(Math.max(EARLIEST, Math.min(LATEST, time.getTime())));
  return { column: 'recorded_at', operator: '<=', values: [clamped.toISOString()] };
}

function oneOf(column: string, values: readonly string[]): Condition {
  return { column, operator: '=', values };
}
