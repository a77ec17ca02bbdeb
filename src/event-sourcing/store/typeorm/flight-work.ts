import type { EntityManager } from 'typeorm';
import { EventSourcingError } from '../../errors/event-sourcing.error.js';
import type { RecordedEvent } from '../recorded-event.js';
import type { AppendOutcome } from './event-log-dialect.js';
import { toRecordedEvent } from './event-row.js';
import type { PreparedAppend } from '../prepared-append.js';

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

/** What became of the appends of a flight, one by one, and the time at which it was written. */
export interface FlightRecord {
  readonly outcomes: readonly AppendOutcome[];
  readonly recordedAt: Date;
}

/** Does the work on what the appends of a flight have written, if that concerns it. */
export async function performOn(
  appends: readonly PreparedAppend[],
  { outcomes, recordedAt }: FlightRecord,
  work: FlightWork,
  manager: EntityManager,
): Promise<void> {
  // In the order of positions, and dense: the lock of the log is held from the first to the last.
  const written = appends.flatMap((append, index) =>
    eventsWritten(append, outcomes[index], recordedAt),
  );
  const events = written.filter(({ type }) => work.eventTypes.has(type)).map(toRecordedEvent);
  const [first, last] = [written.at(0), written.at(-1)];
  if (!first || !last || events.length === 0) return;
  const positions = { first: first.position, last: last.position };
  await work.perform({ appends: appends.length, ...positions, events }, manager);
}

function eventsWritten({ writes }: PreparedAppend, outcome: AppendOutcome, recordedAt: Date) {
  if (outcome instanceof EventSourcingError || outcome.repeated) return [];
  const prepared = writes.flatMap(({ events }) => events);
  return outcome.events.map((place, index) => ({
    ...prepared[index],
    ...place,
    recorded_at: recordedAt,
  }));
}
