import { decodeCursor, encodeCursor } from '../../common/http/cursor.js';
import type { EventStore, ReadStreamOptions, RecordedEvent } from '../../event-sourcing/index.js';
import { takePage } from './event-page.js';
import type { ReadStreamDto } from './read-stream.dto.js';

/** Events of a stream, and what asks for those after them. */
export interface StreamPage {
  readonly events: readonly RecordedEvent[];
  readonly nextCursor: string | null;
}

/** A page of a stream as it was at this revision, which is also what its ETag says. */
export async function readStreamPage(
  store: EventStore,
  stream: string,
  revision: number,
  query: ReadStreamDto,
): Promise<StreamPage> {
  const { limit } = query;
  const read = store.readStream(stream, { ...boundsOf(query, revision), limit: limit + 1 });
  const { events, hasMore } = await takePage(read, limit);
  const last = events.at(-1);
  return {
    events,
    nextCursor: hasMore && last ? encodeCursor(last.revision) : null,
  };
}

/** The cursor is the revision of the last event of the page before. */
function boundsOf(
  { from = 1, to = Infinity, until, direction, cursor }: ReadStreamDto,
  revision: number,
): ReadStreamOptions {
  const seen = decodeCursor(cursor);
  const highest = Math.min(to, revision);
  if (seen === undefined) return { from, to: highest, until, direction };
  return direction === 'forwards'
    ? { from: Math.max(from, seen + 1), to: highest, until, direction }
    : { from, to: Math.min(highest, seen - 1), until, direction };
}
