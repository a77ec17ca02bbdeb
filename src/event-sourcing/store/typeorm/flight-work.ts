import type { EntityManager } from 'typeorm';
import { EventSourcingError } from '../../errors/event-sourcing.error.js';
import type { RecordedEvent } from '../recorded-event.js';
import type { AppendOutcome } from './event-log-dialect.js';
import { logQuery, toSql } from './event-query.js';
import { type EventRow, toRecordedEvent } from './event-row.js';

/** What a flight has written, inside its transaction and with the lock of the log held. */
export interface WrittenFlight {
  /** How many appends are aboard, those that were refused or repeated included. */
  readonly appends: number;
  /** The position of the first event it has written, … */
  readonly first: number;
  /** … and of the last. */
  readonly last: number;
  /** Those that the work is about, as they are stored, in the order of positions; at least one. */
  readonly events: readonly RecordedEvent[];
}

/**
 * What else is done in the transaction of a flight, before it commits: committed with the events, or not at all. Every
 * append of every process waits meanwhile. Flights without an event of `eventTypes` do not hear of it.
 */
export abstract class FlightWork {
  /** The stored types it is about. */
  abstract readonly eventTypes: ReadonlySet<string>;

  /**
   * @throws whatever makes the flight fail. With several appends aboard, each is then tried again alone, so that the
   * error reaches the callers whose appends cause it, and nobody else.
   */
  abstract perform(flight: WrittenFlight, manager: EntityManager): Promise<void>;
}

/** Does the work on what the appends of a flight have written, if that concerns it. */
export async function performOn(
  outcomes: readonly AppendOutcome[],
  work: FlightWork,
  manager: EntityManager,
  columns: string,
): Promise<void> {
  const written = outcomes.flatMap(positionsWritten);
  const [first] = written;
  const last = written.at(-1);
  if (last === undefined) return;
  const query = logQuery({ after: first - 1, upTo: last, types: [...work.eventTypes] });
  const { driver } = manager.dataSource;
  const placeholder = (index: number): string => driver.createParameter('', index - 1);
  const { sql, parameters } = toSql(query, written.length, columns, placeholder);
  const rows = await manager.query<EventRow[]>(sql, [...parameters]);
  if (rows.length === 0) return;
  const events = rows.map(toRecordedEvent);
  await work.perform({ appends: outcomes.length, first, last, events }, manager);
}

/** They ascend and are dense: the lock of the log is held from the first to the last. */
function positionsWritten(outcome: AppendOutcome): readonly number[] {
  if (outcome instanceof EventSourcingError || outcome.repeated) return [];
  return outcome.events.map(({ position }) => position);
}
