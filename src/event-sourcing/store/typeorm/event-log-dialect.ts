import { EventSourcingError } from '../../errors/event-sourcing.error.js';
import { AppendResult } from '../event-store.js';
import { EventQuery } from './event-query.js';
import { EventRow, HistoryRow } from './event-row.js';
import { FlightWork } from './flight-work.js';
import { PreparedAppend } from '../prepared-append.js';

/** What became of one append of a flight: its result, or why it was refused. */
export type AppendOutcome = AppendResult | EventSourcingError;

/** What differs between the databases. The rules are the store's; each dialect keeps them in its own SQL. */
export abstract class EventLogDialect {
  /**
   * One transaction for all appends, in their order, each decided on its own: a refused one leaves no trace and
   * harms no other. Durable when the promise resolves; when it rejects, see `isConnectionLost`.
   *
   * @param work to be done in the same transaction; when it throws, nothing of the flight is written
   */
  abstract commitFlight(
    appends: readonly PreparedAppend[],
    now: Date,
    work?: FlightWork,
  ): Promise<readonly AppendOutcome[]>;

  /** Committed rows only. */
  abstract selectEvents(query: EventQuery, limit: number): Promise<readonly EventRow[]>;

  /** As `selectEvents`, with fewer columns: reading them is most of what loading an aggregate costs. */
  abstract selectHistory(query: EventQuery, limit: number): Promise<readonly HistoryRow[]>;

  abstract headPosition(): Promise<number>;

  abstract streamRevision(stream: string): Promise<number>;

  /** Whether the error means that the database went away and the outcome of the call is unknown. */
  abstract isConnectionLost(error: unknown): boolean;
}
