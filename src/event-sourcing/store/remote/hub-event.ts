import type { RecordedEvent } from '../recorded-event.js';

/** An event as the hub writes it. */
export type HubEvent = Omit<RecordedEvent, 'recordedAt'> & { readonly recordedAt: string };

export function recordedEventOf(event: HubEvent): RecordedEvent {
  return { ...event, recordedAt: new Date(event.recordedAt) };
}

export function recordedEventIn(text: string): RecordedEvent {
  return recordedEventOf(JSON.parse(text) as HubEvent);
}
