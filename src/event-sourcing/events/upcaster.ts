import { JsonValue } from '../store/recorded-event.js';

/** The stored part of an event that an upcaster may change. `data` is as stored, dates and all in their JSON form. */
export interface StoredEventData {
  readonly type: string;
  readonly version: number;
  readonly data: JsonValue;
}

/**
 * Lifts a stored event from an old version. Runs whenever such an event is read; the log itself is never changed.
 * Must be a pure function of its argument: replays depend on it.
 */
export interface EventUpcaster {
  /** One event, several (in order), or none to drop it. Each is lifted further until its class is found. */
  upcast(event: StoredEventData): StoredEventData | readonly StoredEventData[];
}
