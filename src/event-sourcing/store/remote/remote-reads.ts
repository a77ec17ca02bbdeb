import type { ReadLogOptions, ReadStreamOptions } from '../event-store.js';
import { isCorrelationId, isEventType } from '../append-request.js';
import { isCategory } from '../stream-name.js';

/** The parameters of a request, in its URL. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/** As many values as the hub takes in one parameter, and as many characters as are no trouble in a URL. */
const MAX_VALUES = 50;
const MAX_CHARACTERS = 4_000;
/** Positions and revisions have fewer digits. */
const HIGHEST = 10 ** 15 - 1;
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');
const EARLIEST = Date.parse('1000-01-01T00:00:00.000Z');

export function pathWith(path: string, query: Query): string {
  const given = Object.entries(query).filter((entry) => entry[1] !== undefined);
  const text = new URLSearchParams(given as [string, string][]).toString();
  return text === '' ? path : `${path}?${text}`;
}

/** A time as the hub takes it, with a year of four digits, the first of which is no 0; no event is from before or after these. */
export function instantText(time: Date): string {
  return new Date(Math.max(EARLIEST, Math.min(LATEST, time.getTime()))).toISOString();
}

/** What asks for these events of a stream; undefined where there can be none. */
export function streamQuery({
  from = 1,
  to = Infinity,
  until,
  direction,
}: ReadStreamOptions): Query | undefined {
  if (from > HIGHEST || to < 1) return undefined;
  if (until && until.getTime() < EARLIEST) return undefined;
  return {
    from: from > 1 ? Math.ceil(from) : undefined,
    to: to <= HIGHEST ? Math.floor(to) : undefined,
    until: until && instantText(until),
    direction,
  };
}

/** What asks for these events of the log, and whether the hub does all of the choosing; undefined where there can be none. */
export function logQuery(options: ReadLogOptions): { query: Query; isWhole: boolean } | undefined {
  const { after = 0, upTo = Infinity, direction, correlationId } = options;
  const categories = options.categories?.filter(isCategory);
  const types = options.types?.filter(isEventType);
  const isNone =
    categories?.length === 0 ||
    types?.length === 0 ||
    upTo < 1 ||
    after >= HIGHEST ||
    (correlationId !== undefined && !isCorrelationId(correlationId));
  if (isNone) return undefined;
  const [category, type] = [categories, types].map(inOneParameter);
  return {
    query: {
      after: after > 0 ? Math.floor(after) : undefined,
      upTo: upTo <= HIGHEST ? Math.floor(upTo) : undefined,
      direction,
      category,
      type,
      correlationId,
    },
    isWhole: !(categories && category === undefined) && !(types && type === undefined),
  };
}

function inOneParameter(values: readonly string[] | undefined): string | undefined {
  const text = values?.join();
  if (!values || text === undefined || values.length > MAX_VALUES) return undefined;
  return text.length > MAX_CHARACTERS ? undefined : text;
}
