import { decodeCursor, encodeCursor } from '../../common/http/cursor.js';
import type { PageDto } from '../../common/http/page.dto.js';
import { ProblemException } from '../../common/problem/problem.exception.js';
import type { EventStore } from '../../event-sourcing/index.js';
import { loggedEventOf } from '../logged-event.dto.js';
import type { EventDetailsDto } from './event-details.dto.js';
import { takePage } from './event-page.js';

/**
 * An event with its cause and a page of its direct effects.
 * @throws ProblemException when there is no such event.
 */
export async function readEventDetails(
  store: EventStore,
  id: string,
  { limit, cursor }: PageDto,
): Promise<EventDetailsDto> {
  const after = decodeCursor(cursor);
  const event = await store.findEvent(id);
  if (!event) {
    const detail = `There is no event ${id} in the log.`;
    throw new ProblemException({ status: 404, code: 'event-not-found', detail });
  }
  const { causationId } = event.metadata;
  const cause = causationId === undefined ? undefined : await store.findEvent(causationId);
  const read = store.readLog({ causationId: id, after, limit: limit + 1 });
  const { events, hasMore } = await takePage(read, limit);
  const last = events.at(-1);
  return {
    event: loggedEventOf(event),
    cause: cause ? loggedEventOf(cause) : null,
    effects: events.map(loggedEventOf),
    nextCursor: hasMore && last ? encodeCursor(last.position) : null,
  };
}
