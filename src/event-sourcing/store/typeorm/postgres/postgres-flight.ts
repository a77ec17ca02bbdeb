import type { QueryConfig, QueryResult, QueryResultRow } from 'pg';
import { ConcurrencyError, DuplicateEventError } from '../../../errors/store.errors.js';
import { AppendedEvent } from '../../event-store.js';
import { AppendOutcome } from '../event-log-dialect.js';
import { PreparedAppend } from '../../prepared-append.js';
import { OUTCOME } from './append-function.js';
import { encodeExpected, FlightPlan } from './flight-plan.js';

/** A connection, or a pool of them. */
export interface Connection {
  query<Row extends QueryResultRow>(config: QueryConfig): Promise<QueryResult<Row>>;
}

/** How a flight is put to the database. */
interface FlightStatements {
  readonly append: { readonly name: string; readonly text: string };
  readonly appendEvent: { readonly name: string; readonly text: string };
}

/**
 * Prepared once per connection, which is safe because a call of a function has one plan. Reads are not prepared: the
 * plan made for a log that is still small would be kept when it is large.
 */
function statements(suffix: string, columns: string): FlightStatements {
  return {
    append: {
      name: `hub_append${suffix}`,
      text: `SELECT ${columns} FROM hub_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    },
    appendEvent: {
      name: `hub_append_event${suffix}`,
      text: `SELECT ${columns} FROM hub_append_event($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    },
  };
}

/** All others wait for the lock of a flight: a process that stands still with more to do in it is cut off. */
const MOST_SILENCE_MS = 5_000;

/** A flight that is all there is in its transaction. */
export const ALONE = statements('', '*');
/** One whose transaction goes on. */
export const ACCOMPANIED = statements(
  '_accompanied',
  '*, hub_recorded_at() AS recorded_at, ' +
    `set_config('idle_in_transaction_session_timeout', '${MOST_SILENCE_MS}', true) AS silence`,
);

/** What `hub_append` answers; numbers of type bigint come as text. */
interface FlightRow {
  readonly outcomes: readonly number[];
  readonly first_positions: readonly string[];
  readonly first_revisions: readonly (string | null)[];
  readonly culprits: readonly (number | null)[];
  readonly actual_revisions: readonly (string | null)[];
  readonly head: string;
  readonly recorded_at?: Date;
}

/** What `hub_append_event` answers; nothing when the event cannot simply be appended. */
interface EventPlace {
  readonly position: string | null;
  readonly revision: string | null;
  readonly recorded_at?: Date;
}

/** What became of the appends of a flight. */
export interface PostgresFlight {
  readonly outcomes: readonly AppendOutcome[];
  /** When the flight was written; known of one that goes on. */
  readonly recordedAt?: Date;
}

/** Appends in one round trip: a call of `hub_append`, or of its short cut for one event. */
export async function fly(
  appends: readonly PreparedAppend[],
  now: Date,
  connection: Connection,
  { append, appendEvent }: FlightStatements,
): Promise<PostgresFlight> {
  const alone = await flyEvent(appends, now, connection, appendEvent);
  if (alone) return alone;
  const plan = new FlightPlan(appends);
  const values = [now, ...plan.parameters()];
  const { rows } = await connection.query<FlightRow>({ ...append, values });
  const [row] = rows;
  const outcomes = appends.map((each, index) => outcomeOf(each, index, plan, row));
  return { outcomes, recordedAt: row.recorded_at };
}

/** @returns undefined, and has done nothing, unless the flight is one event and nothing is in its way. */
async function flyEvent(
  appends: readonly PreparedAppend[],
  now: Date,
  connection: Connection,
  statement: FlightStatements['appendEvent'],
): Promise<PostgresFlight | undefined> {
  const write = appends.length === 1 && appends[0].writes.length === 1 && appends[0].writes[0];
  if (!write || write.events.length !== 1) return undefined;
  const { stream, expectedRevision } = write;
  const { id, type, version, data, metadata, tags, correlationId } = write.events[0];
  const expected = encodeExpected(expectedRevision);
  const values = [
    ...[now, stream, expected],
    ...[id, type, version, data, metadata, tags, correlationId],
  ];
  const { rows } = await connection.query<EventPlace>({ ...statement, values });
  const [{ position: place, revision, recorded_at: recordedAt }] = rows;
  if (place === null) return undefined;
  const position = Number(place);
  const events = [{ id, stream, revision: Number(revision), position }];
  return { outcomes: [{ events, position, repeated: false }], recordedAt };
}

function outcomeOf(
  append: PreparedAppend,
  index: number,
  plan: FlightPlan,
  row: FlightRow,
): AppendOutcome {
  const outcome = row.outcomes[index];
  const culprit = (row.culprits[index] ?? 0) - 1;
  if (outcome === OUTCOME.conflict) {
    const { stream, expectedRevision } = plan.writes[culprit];
    return new ConcurrencyError(stream, expectedRevision, Number(row.actual_revisions[index]));
  }
  if (outcome === OUTCOME.duplicate) return new DuplicateEventError(plan.events[culprit].id);

  const events: AppendedEvent[] = [];
  const first = Number(row.first_positions[index]);
  append.writes.forEach(({ stream, events: written }, nth) => {
    const revision = Number(row.first_revisions[plan.firstWriteOf(index) + nth]);
    written.forEach(({ id }, offset) => {
      const position = first + events.length;
      events.push({ id, stream, revision: revision + offset, position });
    });
  });
  return {
    events,
    position: first + events.length - 1,
    repeated: outcome === OUTCOME.repeated,
  };
}
