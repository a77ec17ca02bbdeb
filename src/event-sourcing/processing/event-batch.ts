import { EventStore } from '../store/event-store.js';
import type { RecordedEvent } from '../store/recorded-event.js';
import type { WantedEvents } from './wanted-events.js';

/** Events that are handled together, as they are stored. */
export interface EventBatch {
  readonly events: readonly RecordedEvent[];
  /** Nothing else that is wanted stands up to here. */
  readonly through: number;
}

/** The next of the wanted events after a position, and up to `head`, which must be the head of the log or less. */
export async function readBatch(
  store: EventStore,
  wanted: WantedEvents,
  { after, head, limit }: { readonly after: number; readonly head: number; readonly limit: number },
): Promise<EventBatch> {
  const events: RecordedEvent[] = [];
  if (head > after) {
    for await (const page of store.readLogPages({ after, upTo: head, ...wanted, limit })) {
      for (const event of page) events.push(event);
    }
  }
  const isFull = events.length === limit;
  return { events, through: isFull ? events[limit - 1].position : Math.max(after, head) };
}

/** The first events of a batch, at most so many. */
export function firstOf(batch: EventBatch, limit: number): EventBatch {
  if (batch.events.length <= limit) return batch;
  const events = batch.events.slice(0, limit);
  return { events, through: events[limit - 1].position };
}
