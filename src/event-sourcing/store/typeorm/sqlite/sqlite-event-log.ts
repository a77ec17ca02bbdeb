import type { Database, Statement } from 'better-sqlite3';
import type { DataSource } from 'typeorm';
import { DomainError } from '../../../errors/event-sourcing.error.js';
import { StoreUnavailableError } from '../../../errors/store.errors.js';
import { decideAppend, LogState } from '../../decide-append.js';
import { AppendedEvent, AppendResult } from '../../event-store.js';
import { AppendOutcome, EventLogDialect } from '../event-log-dialect.js';
import { EventQuery, toSql } from '../event-query.js';
import { EventRow, HistoryRow } from '../event-row.js';
import { type FlightRecord, FlightWork, performOn } from '../flight-work.js';
import { PreparedAppend } from '../../prepared-append.js';
import { isBusy, sqliteCode, sqliteHandle } from './sqlite-handle.js';
import { SqliteWriter } from './sqlite-writer.js';

const COLUMNS = 'position, id, stream, revision, type, version, data, metadata, tags, recorded_at';
const HISTORY_COLUMNS = 'position, revision, type, version, data';
const HEAD = 'SELECT coalesce(max(position), 0) FROM hub_events';
const REVISION = 'SELECT revision FROM hub_events WHERE stream = ? ORDER BY revision DESC LIMIT 1';
const MAX_CACHED_QUERIES = 100;

/** The log in a SQLite file: appends on the writer's connection, reads on one that sees only what is committed. */
export class SqliteEventLog extends EventLogDialect {
  private readonly reader: Database;
  private readonly queries = new Map<string, Statement>();
  private appender: FlightStatements | undefined;

  constructor(
    private readonly writer: SqliteWriter,
    readSource: DataSource,
  ) {
    super();
    this.reader = sqliteHandle(readSource);
  }

  override commitFlight(
    appends: readonly PreparedAppend[],
    now: Date,
    work?: FlightWork,
  ): Promise<readonly AppendOutcome[]> {
    if (!work) {
      return this.writer.runSync((database) => this.write(appends, now, database).outcomes);
    }
    return this.writer.run(async (manager) => {
      const flight = this.write(appends, now, sqliteHandle(manager.dataSource));
      await performOn(appends, flight, work, manager);
      return flight.outcomes;
    });
  }

  override selectEvents(query: EventQuery, limit: number): Promise<readonly EventRow[]> {
    const { sql, parameters } = toSql(query, limit, COLUMNS, () => '?');
    return this.reading(() => this.prepared(sql).all(...parameters) as EventRow[]);
  }

  override selectHistory(query: EventQuery, limit: number): Promise<readonly HistoryRow[]> {
    const { sql, parameters } = toSql(query, limit, HISTORY_COLUMNS, () => '?');
    return this.reading(
      () =>
        this.prepared(sql)
          .raw()
          .all(...parameters) as HistoryRow[],
    );
  }

  override headPosition(): Promise<number> {
    return this.reading(() => this.prepared(HEAD).pluck().get() as number);
  }

  override streamRevision(stream: string): Promise<number> {
    return this.reading(
      () => (this.prepared(REVISION).pluck().get(stream) as number | undefined) ?? 0,
    );
  }

  override isConnectionLost(error: unknown): boolean {
    return (
      error instanceof StoreUnavailableError ||
      isBusy(error) ||
      sqliteCode(error).startsWith('SQLITE_IOERR')
    );
  }

  private write(appends: readonly PreparedAppend[], now: Date, database: Database): FlightRecord {
    this.appender ??= new FlightStatements(database);
    const stamp = this.appender.stamp(now);
    const outcomes = appends.map((append) => this.decideAndWrite(append, stamp));
    return { outcomes, recordedAt: new Date(stamp) };
  }

  private decideAndWrite(append: PreparedAppend, recordedAt: string): AppendOutcome {
    const statements = this.appender as FlightStatements;
    let result: AppendResult;
    try {
      result = decideAppend(append.writes, statements);
    } catch (error) {
      if (error instanceof DomainError) return error;
      throw error;
    }
    if (!result.repeated) statements.insert(append, result.events, recordedAt);
    return result;
  }

  private reading<T>(read: () => T): Promise<T> {
    return new Promise((resolve) => resolve(read()));
  }

  private prepared(sql: string): Statement {
    const known = this.queries.get(sql);
    if (known) return known;
    if (this.queries.size >= MAX_CACHED_QUERIES) this.queries.clear();
    const statement = this.reader.prepare(sql);
    this.queries.set(sql, statement);
    return statement;
  }
}

/** The prepared statements of a flight, and the log as the flight's transaction sees it. */
class FlightStatements implements LogState {
  private readonly selectHead: Statement;
  private readonly selectRevision: Statement;
  private readonly selectPlace: Statement;
  private readonly selectLastStamp: Statement;
  private readonly insertEvent: Statement;

  constructor(database: Database) {
    this.selectHead = database.prepare(HEAD).pluck();
    this.selectRevision = database.prepare(REVISION).pluck();
    this.selectPlace = database.prepare(
      'SELECT id, stream, revision, position FROM hub_events WHERE id = ?',
    );
    this.selectLastStamp = database
      .prepare('SELECT recorded_at FROM hub_events ORDER BY position DESC LIMIT 1')
      .pluck();
    this.insertEvent = database.prepare(
      'INSERT INTO hub_events (position, id, stream, revision, category, type, version, data, ' +
        'metadata, tags, correlation_id, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
  }

  head(): number {
    return this.selectHead.get() as number;
  }

  revisionOf(stream: string): number {
    return (this.selectRevision.get(stream) as number | undefined) ?? 0;
  }

  placeOf(eventId: string): AppendedEvent | undefined {
    return this.selectPlace.get(eventId) as AppendedEvent | undefined;
  }

  /** The time of this flight; never before the last one's, whatever the clocks of other processes say. */
  stamp(now: Date): string {
    const last = (this.selectLastStamp.get() as string | undefined) ?? '';
    const stamp = now.toISOString();
    return stamp > last ? stamp : last;
  }

  insert({ writes }: PreparedAppend, places: readonly AppendedEvent[], recordedAt: string): void {
    let nth = 0;
    for (const { stream, category, events } of writes) {
      for (const event of events) {
        const { position, revision } = places[nth];
        this.insertEvent.run(
          position,
          event.id,
          stream,
          revision,
          category,
          event.type,
          event.version,
          event.data,
          event.metadata,
          event.tags,
          event.correlationId,
          recordedAt,
        );
        nth += 1;
      }
    }
  }
}
