import type { RecordedEvent } from '../../event-sourcing/index.js';

/** Events may be large, and a page is held in memory. */
const MAX_CHARACTERS = 4 * 1024 * 1024;

/** A part of what is there to read. */
export interface EventPage {
  readonly events: readonly RecordedEvent[];
  /** Whether there is more behind it. */
  readonly hasMore: boolean;
}

/**
 * The first events of a read: at most `limit`, and no more than have some 4 million characters together, but one at least.
 * The read itself must not end before one more than the limit.
 */
export async function takePage(
  read: AsyncIterable<RecordedEvent>,
  limit: number,
): Promise<EventPage> {
  const events: RecordedEvent[] = [];
  let characters = 0;
  for await (const event of read) {
    characters += JSON.stringify(event.data).length + JSON.stringify(event.metadata).length;
    const isFull = events.length === limit || characters > MAX_CHARACTERS;
    if (isFull && events.length > 0) return { events, hasMore: true };
    events.push(event);
  }
  return { events, hasMore: false };
}
