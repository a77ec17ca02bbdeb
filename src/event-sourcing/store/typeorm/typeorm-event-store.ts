import { Clock } from '../../context/clock.js';
import { assertSideEffectsAllowed } from '../../context/side-effects.js';
import { EventSourcingError } from '../../errors/event-sourcing.error.js';
import { StoreFailureError, StoreUnavailableError } from '../../errors/store.errors.js';
import { assertAppendable, isEventId } from '../append-request.js';
import {
  AppendResult,
  EventStore,
  ReadLogOptions,
  ReadStreamOptions,
  ReplayOptions,
  StreamAppend,
} from '../event-store.js';
import { NO_INSTRUMENTS, type StoreInstruments } from '../../instrumentation/instruments.js';
import { isStreamName } from '../stream-name.js';
import { HistoricEvent, RecordedEvent } from '../recorded-event.js';
import { AppendOutcome, EventLogDialect } from './event-log-dialect.js';
import { continueAfter, EventQuery, logQuery, streamQuery } from './event-query.js';
import { EventRow, HistoryRow, toHistoricEvent, toRecordedEvent } from './event-row.js';
import { FlightWork } from './flight-work.js';
import { GroupCommit } from '../group-commit.js';
import { eventIdsOf, prepareAppend, PreparedAppend } from '../prepared-append.js';
import { PageSize } from './page-size.js';

/** How much a `TypeOrmEventStore` takes on at once. */
export interface EventStoreLimits {
  /** How much payload, in characters, one transaction takes before it is closed to more appends. @default 4194304 */
  readonly maxFlightSize?: number;
  /** How many appends may wait in memory; further ones fail with `StoreOverloadedError`. @default 10000 */
  readonly maxWaitingAppends?: number;
}

/** Rows of one shape, a page at a time. */
interface PageSource<Row> {
  readonly select: (query: EventQuery, limit: number) => Promise<readonly Row[]>;
  readonly cursorOf: (row: Row, column: EventQuery['orderedBy']) => number | string;
  /** In characters. */
  readonly sizeOf: (row: Row) => number;
}

/**
 * The log in a relational database: one table, one lock, positions given under the lock and committed in their
 * order. Appends of a process share transactions (see `GroupCommit`); several processes may use one database.
 */
export class TypeOrmEventStore extends EventStore {
  private readonly appends: GroupCommit<PreparedAppend, AppendOutcome>;
  private work: FlightWork | undefined;
  private readonly events: PageSource<EventRow> = {
    select: (query, limit) => this.dialect.selectEvents(query, limit),
    cursorOf: (row, column) => row[column],
    sizeOf: ({ data, metadata }) => data.length + metadata.length,
  };
  private readonly history: PageSource<HistoryRow> = {
    select: (query, limit) => this.dialect.selectHistory(query, limit),
    cursorOf: ([, revision]) => revision,
    sizeOf: ([, , , , data]) => data.length,
  };

  constructor(
    private readonly dialect: EventLogDialect,
    clock: Clock,
    { maxFlightSize = 4 * 1024 * 1024, maxWaitingAppends = 10_000 }: EventStoreLimits = {},
    private readonly instruments: StoreInstruments = NO_INSTRUMENTS,
  ) {
    super();
    this.appends = new GroupCommit({
      fly: (flight) =>
        instruments.timeFlight(flight.length, () =>
          dialect.commitFlight(flight, clock.now(), this.workOn(flight)),
        ),
      weigh: ({ size }) => size,
      keysOf: eventIdsOf,
      maxWeight: maxFlightSize,
      maxWaiting: maxWaitingAppends,
      leftNothing: (error) => !dialect.isConnectionLost(error),
    });
  }

  /** Has this work done, from now on, in the transactions of the flights that it concerns. */
  accompanyFlights(work: FlightWork): void {
    this.work = work;
  }

  override appendToStreams(appends: readonly StreamAppend[]): Promise<AppendResult> {
    return this.instruments.timeAppend(appends, () => this.submit(appends));
  }

  private async submit(appends: readonly StreamAppend[]): Promise<AppendResult> {
    // Such an append would wait for the flight it is made in.
    if (this.work) assertSideEffectsAllowed('store events');
    assertAppendable(appends);
    const outcome = await this.appends
      .submit(prepareAppend(appends))
      .catch((error: unknown) => this.infrastructureError(error));
    if (outcome instanceof EventSourcingError) throw outcome;
    return outcome;
  }

  override readStream(
    stream: string,
    options: ReadStreamOptions = {},
  ): AsyncIterable<RecordedEvent> {
    return this.read(streamQuery(stream, options), options.limit);
  }

  override async *replayStream(
    stream: string,
    options: ReplayOptions = {},
  ): AsyncIterable<readonly HistoricEvent[]> {
    const query = streamQuery(stream, options);
    for await (const rows of this.pages(query, Infinity, this.history)) {
      yield rows.map((row) => toHistoricEvent(row, stream));
    }
  }

  override readLog(options: ReadLogOptions = {}): AsyncIterable<RecordedEvent> {
    return this.read(logQuery(options), options.limit);
  }

  override async *readLogPages(
    options: ReadLogOptions = {},
  ): AsyncIterable<readonly RecordedEvent[]> {
    const pages = this.pages(logQuery(options), options.limit ?? Infinity, this.events);
    for await (const rows of pages) yield rows.map(toRecordedEvent);
  }

  override headPosition(): Promise<number> {
    return this.asking(this.dialect.headPosition());
  }

  override streamRevision(stream: string): Promise<number> {
    if (!isStreamName(stream)) return Promise.resolve(0);
    return this.asking(this.dialect.streamRevision(stream));
  }

  override async findEvent(id: string): Promise<RecordedEvent | undefined> {
    if (!isEventId(id)) return undefined;
    const byId: EventQuery = {
      orderedBy: 'position',
      direction: 'forwards',
      conditions: [{ column: 'id', operator: '=', values: [id] }],
    };
    const [row] = await this.asking(this.dialect.selectEvents(byId, 1));
    return row && toRecordedEvent(row);
  }

  /** Resolves when every append that was submitted has its outcome. */
  drained(): Promise<void> {
    return this.appends.drained();
  }

  private workOn(flight: readonly PreparedAppend[]): FlightWork | undefined {
    const { work } = this;
    if (!work) return undefined;
    const isConcerned = flight.some(({ writes }) =>
      writes.some(({ events }) => events.some(({ type }) => work.eventTypes.has(type))),
    );
    return isConcerned ? work : undefined;
  }

  private async *read(query: EventQuery, limit = Infinity): AsyncIterable<RecordedEvent> {
    for await (const rows of this.pages(query, limit, this.events)) {
      for (const row of rows) yield toRecordedEvent(row);
    }
  }

  private async *pages<Row>(
    query: EventQuery,
    limit: number,
    { select, cursorOf, sizeOf }: PageSource<Row>,
  ): AsyncIterable<readonly Row[]> {
    const pageSize = new PageSize();
    let left = limit;
    let page = query;
    while (left > 0) {
      const wanted = Math.min(left, pageSize.rows);
      const rows = await this.asking(select(page, wanted));
      if (rows.length > 0) yield rows;
      if (rows.length < wanted) return;
      left -= rows.length;
      page = continueAfter(query, Number(cursorOf(rows[rows.length - 1], query.orderedBy)));
      const characters = rows.reduce((sum, row) => sum + sizeOf(row), 0);
      pageSize.learnFrom(rows.length, characters);
    }
  }

  private async asking<T>(answer: Promise<T>): Promise<T> {
    return answer.catch((error: unknown) => {
      throw this.infrastructureError(error);
    });
  }

  private infrastructureError(error: unknown): EventSourcingError {
    if (error instanceof EventSourcingError) return error;
    const cause = error instanceof Error ? error : new Error(String(error));
    return this.dialect.isConnectionLost(error)
      ? new StoreUnavailableError(`The event store cannot be reached: ${cause.message}`, { cause })
      : new StoreFailureError(`The event store failed: ${cause.message}`, { cause });
  }
}
