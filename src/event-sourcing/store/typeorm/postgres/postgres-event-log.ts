import type { Pool } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import { AppendOutcome, EventLogDialect } from '../event-log-dialect.js';
import { EventQuery, toSql } from '../event-query.js';
import { EventRow, HistoryRow } from '../event-row.js';
import { FlightWork, performOn } from '../flight-work.js';
import { PreparedAppend } from '../../prepared-append.js';
import { isConnectionLost } from './postgres-errors.js';
import { ACCOMPANIED, ALONE, type Connection, fly } from './postgres-flight.js';
import { postgresPool } from './postgres-pool.js';

const COLUMNS =
  'position, id, stream, revision, type, version, data::text AS data, metadata::text AS metadata, ' +
  'tags::text AS tags, recorded_at';

const HISTORY_COLUMNS = 'position, revision, type, version, data::text';

/** The log in PostgreSQL: a flight is one call of the function `hub_append`, one round trip and one commit. */
export class PostgresEventLog extends EventLogDialect {
  private readonly pool: Pool;

  constructor(private readonly dataSource: DataSource) {
    super();
    this.pool = postgresPool(dataSource);
  }

  override async commitFlight(
    appends: readonly PreparedAppend[],
    now: Date,
    work?: FlightWork,
  ): Promise<readonly AppendOutcome[]> {
    if (!work) return (await fly(appends, now, this.pool, ALONE)).outcomes;
    return this.begin(async (manager) => {
      const connection = (await manager.queryRunner?.connect()) as Connection;
      const { outcomes, recordedAt } = await fly(appends, now, connection, ACCOMPANIED);
      await performOn(appends, { outcomes, recordedAt: recordedAt as Date }, work, manager);
      return outcomes;
    });
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
    return isConnectionLost(error);
  }

  private begin<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    // Setting the level costs a round trip. A flight relies on the database's default, unless the data source has another.
    const isOther = this.dataSource.options.isolationLevel !== undefined;
    return isOther
      ? this.dataSource.transaction('READ COMMITTED', work)
      : this.dataSource.transaction(work);
  }
}
