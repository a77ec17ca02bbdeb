import type { Pool, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';
import {
  ConcurrencyError,
  DuplicateEventError,
  StoreUnavailableError,
} from '../../../errors/store.errors.js';
import { AppendedEvent } from '../../event-store.js';
import { AppendOutcome, EventLogDialect } from '../event-log-dialect.js';
import { EventQuery, toSql } from '../event-query.js';
import { EventRow, HistoryRow } from '../event-row.js';
import { FlightWork, performOn } from '../flight-work.js';
import { PreparedAppend } from '../prepared-append.js';
import { OUTCOME } from './append-function.js';
import { encodeExpected, FlightPlan } from './flight-plan.js';
import { isConnectionLost } from './postgres-errors.js';
import { postgresPool } from './postgres-pool.js';
import { PostgresTransactionRunner } from './postgres-transaction-runner.js';

const COLUMNS =
  'position, id, stream, revision, type, version, data::text AS data, metadata::text AS metadata, ' +
  'tags::text AS tags, recorded_at';

const HISTORY_COLUMNS = 'position, revision, type, version, data::text';

/**
 * Prepared once per connection, which is safe because a call of a function has one plan. Reads are not prepared: the
 * plan made for a log that is still small would be kept when it is large.
 */
const APPEND = {
  name: 'hub_append',
  text: 'SELECT * FROM hub_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)',
};
const APPEND_EVENT = {
  name: 'hub_append_event',
  text: 'SELECT * FROM hub_append_event($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
};

/** A process that stands still between the statements of a flight is cut off: all others wait for its lock. */
const MOST_SILENCE_MS = 5_000;

/** What `hub_append` answers; numbers of type bigint come as text. */
interface FlightRow {
  readonly outcomes: readonly number[];
  readonly first_positions: readonly string[];
  readonly first_revisions: readonly (string | null)[];
  readonly culprits: readonly (number | null)[];
  readonly actual_revisions: readonly (string | null)[];
  readonly head: string;
}

/** What `hub_append_event` answers; nothing when the event cannot simply be appended. */
interface EventPlace {
  readonly position: string | null;
  readonly revision: string | null;
}

/** A connection, or a pool of them. */
interface Connection {
  query<Row extends QueryResultRow>(config: QueryConfig): Promise<QueryResult<Row>>;
}

/** The log in PostgreSQL: a flight is one call of the function `hub_append`, one round trip and one commit. */
export class PostgresEventLog extends EventLogDialect {
  private readonly pool: Pool;

  constructor(
    dataSource: DataSource,
    private readonly transactions: PostgresTransactionRunner,
  ) {
    super();
    this.pool = postgresPool(dataSource);
  }

  override async commitFlight(
    appends: readonly PreparedAppend[],
    now: Date,
    work?: FlightWork,
  ): Promise<readonly AppendOutcome[]> {
    if (!work) return this.append(appends, now, this.pool);
    return this.transactions.run(async (manager) => {
      const connection = (await manager.queryRunner?.connect()) as Connection;
      const outcomes = await this.append(appends, now, new CutOffWhenSilent(connection));
      await performOn(outcomes, work, manager, COLUMNS);
      return outcomes;
    });
  }

  private async append(
    appends: readonly PreparedAppend[],
    now: Date,
    connection: Connection,
  ): Promise<readonly AppendOutcome[]> {
    const outcome = await this.appendEventAlone(appends, now, connection);
    if (outcome) return [outcome];
    const plan = new FlightPlan(appends);
    const values = [now, ...plan.parameters()];
    const { rows } = await connection.query<FlightRow>({ ...APPEND, values });
    const [row] = rows;
    return appends.map((append, index) => outcomeOf(append, index, plan, row));
  }

  /** @returns undefined, and has done nothing, unless the flight is one event and nothing is in its way. */
  private async appendEventAlone(
    appends: readonly PreparedAppend[],
    now: Date,
    connection: Connection,
  ): Promise<AppendOutcome | undefined> {
    const write = appends.length === 1 && appends[0].writes.length === 1 && appends[0].writes[0];
    if (!write || write.events.length !== 1) return undefined;
    const { stream, expectedRevision } = write;
    const { id, type, version, data, metadata, tags, correlationId } = write.events[0];
    const expected = encodeExpected(expectedRevision);
    const values = [
      ...[now, stream, expected],
      ...[id, type, version, data, metadata, tags, correlationId],
    ];
    const { rows } = await connection.query<EventPlace>({ ...APPEND_EVENT, values });
    if (rows[0].position === null) return undefined;
    const position = Number(rows[0].position);
    const revision = Number(rows[0].revision);
    return { events: [{ id, stream, revision, position }], position, repeated: false };
  }

  override async selectEvents(query: EventQuery, limit: number): Promise<readonly EventRow[]> {
    const { sql, parameters } = toSql(query, limit, COLUMNS, (index) => `$${index}`);
    const { rows } = await this.pool.query<EventRow>(sql, [...parameters]);
    return rows;
  }

  override async selectHistory(query: EventQuery, limit: number): Promise<readonly HistoryRow[]> {
    const { sql, parameters } = toSql(query, limit, HISTORY_COLUMNS, (index) => `$${index}`);
    const values = [...parameters];
    const result = await this.pool.query<[...HistoryRow]>({ text: sql, values, rowMode: 'array' });
    return result.rows;
  }

  override async headPosition(): Promise<number> {
    const { rows } = await this.pool.query<{ position: string }>('SELECT position FROM hub_head');
    return Number(rows[0].position);
  }

  override async streamRevision(stream: string): Promise<number> {
    const { rows } = await this.pool.query<{ revision: string }>(
      'SELECT revision FROM hub_events WHERE stream = $1 ORDER BY revision DESC LIMIT 1',
      [stream],
    );
    return Number(rows.at(0)?.revision ?? 0);
  }

  override isConnectionLost(error: unknown): boolean {
    return error instanceof StoreUnavailableError || isConnectionLost(error);
  }
}

/** A connection inside a transaction, whose every statement bounds how long the process may be silent after it. */
class CutOffWhenSilent implements Connection {
  constructor(private readonly connection: Connection) {}

  query<Row extends QueryResultRow>({
    name,
    text,
    values,
  }: QueryConfig): Promise<QueryResult<Row>> {
    return this.connection.query<Row>({
      name: `${name}_in_transaction`,
      text: `${text}, set_config('idle_in_transaction_session_timeout', '${MOST_SILENCE_MS}', true)`,
      values,
    });
  }
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
