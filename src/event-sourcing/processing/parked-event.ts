import type { EventEnvelope } from '../events/event-envelope.js';
import type { StoredEventData } from '../events/upcaster.js';
import type { RecordedEvent } from '../store/recorded-event.js';

/** An event that a processor has set aside: it failed by itself, or waits behind one of its stream that did. */
export interface ParkedEvent {
  readonly processor: string;
  /** The key: within it, order is kept. */
  readonly stream: string;
  readonly position: number;
  readonly eventId: string;
  /** Why it failed last; undefined for one that was not tried, because it waits behind another. */
  readonly error?: string;
  /** How often it failed. */
  readonly attempts: number;
  readonly firstFailedAt?: Date;
  readonly lastFailedAt?: Date;
}

/** A parked event with what it says. */
export interface ParkedEventDetails extends ParkedEvent {
  /** As it is stored. */
  readonly recorded: RecordedEvent;
  /** As the processor would get it, lifted by the upcasters of this process; undefined when they fail. */
  readonly envelopes?: readonly EventEnvelope[];
  /** The data of those, in the versions there are classes for. */
  readonly lifted?: readonly StoredEventData[];
  /** Why upcasters fail, if they do. */
  readonly liftError?: string;
}

/** What became of retrying the parked events of a stream. */
export interface ParkedRetry {
  /** How many were handled, in their order. */
  readonly handled: number;
  /** How many are still parked, from the first that failed again. */
  readonly left: number;
  /** Why that one failed. */
  readonly error?: string;
}
