import { decodeCursor, encodeCursor } from '../../common/http/cursor.js';
import type { PageDto } from '../../common/http/page.dto.js';
import { ProblemException } from '../../common/problem/problem.exception.js';
import type { EventStore, RecordedEvent } from '../../event-sourcing/index.js';
import { loggedEventOf } from '../logged-event.dto.js';
import type { EventDetailsDto } from './event-details.dto.js';
import { takePage } from './event-page.js';

/**
 * An event with its cause and a page of its direct effects, as far as they share its correlation id, as all do that the kit
 * stores and `EventIntake` takes without one of their own.
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
  const { causationId, correlationId } = event.metadata;
  const cause = causationId === undefined ? undefined : await store.findEvent(causationId);
  const related = correlationId === undefined ? [] : store.readLog({ correlationId, after });
  const { events, hasMore } = await takePage(effectsOf(id, related), limit);
  const last = events.at(-1);
  return {
    event: loggedEventOf(event),
    cause: cause ? loggedEventOf(cause) : null,
    effects: events.map(loggedEventOf),
    nextCursor: hasMore && last ? encodeCursor(last.position) : null,
  };
}

/** An index of causes would cost every append; those that share a correlation are few, and have one. */
async function* effectsOf(
  id: string,
  related: AsyncIterable<RecordedEvent> | Iterable<RecordedEvent>,
): AsyncIterable<RecordedEvent> {
  for await (const event of related) {
    if (event.metadata.causationId === id) yield event;
  }
}
