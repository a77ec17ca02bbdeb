import type { Identity } from '../../common/access/identity.js';
import { assertPermitted } from '../../common/access/not-permitted.js';
import { decodeCursor, encodeCursor } from '../../common/http/cursor.js';
import type { PageDto } from '../../common/http/page.dto.js';
import { ProblemException } from '../../common/problem/problem.exception.js';
import { categoryOf, type EventStore, type RecordedEvent } from '../../event-sourcing/index.js';
import { loggedEventOf } from '../logged-event.dto.js';
import type { EventDetailsDto } from './event-details.dto.js';
import { takePage } from './event-page.js';
import { mayRead } from './readable-categories.js';

/** Of those that share a correlation id, which a client may send for ever. */
const MOST_LOOKED_AT = 10_000;

/**
 * An event with its cause and a page of its direct effects, as far as they share its correlation id, as all do that the kit
 * stores and that `EventIntake` takes without one of their own. A page looks at a bounded number of events, so that there
 * may be more behind one that is not full.
 *
 * Cause and effects are among them as far as the caller may read them.
 *
 * @throws ProblemException when there is no such event, or the caller may not read it.
 */
export async function readEventDetails(
  store: EventStore,
  id: string,
  { limit, cursor }: PageDto,
  caller?: Identity,
  mostLookedAt = MOST_LOOKED_AT,
): Promise<EventDetailsDto> {
  const after = decodeCursor(cursor);
  const event = await findEvent(store, id, caller);
  const { causationId, correlationId } = event.metadata;
  const cause = causationId === undefined ? undefined : await store.findEvent(causationId);
  let left = correlationId === undefined ? 0 : mostLookedAt;
  let lastLookedAt = 0;
  // An index of causes would cost every append; those of a correlation are few, as a rule, and have one.
  async function* effects(): AsyncIterable<RecordedEvent> {
    if (left === 0) return;
    for await (const related of store.readLog({ correlationId, after, limit: left })) {
      left -= 1;
      lastLookedAt = related.position;
      if (related.metadata.causationId === id && mayRead(caller, related.stream)) yield related;
    }
  }
  const { events, hasMore } = await takePage(effects(), limit);
  const isCutOff = correlationId !== undefined && left === 0;
  const last = hasMore ? events.at(-1)?.position : isCutOff ? lastLookedAt : undefined;
  return {
    event: loggedEventOf(event),
    cause: cause && mayRead(caller, cause.stream) ? loggedEventOf(cause) : null,
    effects: events.map(loggedEventOf),
    nextCursor: last === undefined ? null : encodeCursor(last),
  };
}

/** @throws ProblemException when there is no such event, or the caller may not read it. */
export async function findEvent(
  store: EventStore,
  id: string,
  caller?: Identity,
): Promise<RecordedEvent> {
  const event = await store.findEvent(id);
  if (!event) {
    const detail = `There is no event ${id} in the log.`;
    throw new ProblemException({ status: 404, code: 'event-not-found', detail });
  }
  assertPermitted(caller, `read:${categoryOf(event.stream)}`);
  return event;
}
