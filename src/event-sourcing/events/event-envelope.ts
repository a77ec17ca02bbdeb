import { RecordedEvent } from '../store/recorded-event.js';

/** An event read from the log as an instance of its class, with everything recorded about it. */
export type EventEnvelope<E extends object = object> = Omit<RecordedEvent, 'data'> & {
  readonly event: E;
};
