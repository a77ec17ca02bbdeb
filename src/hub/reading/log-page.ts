import {
  type EventStore,
  PositionAheadOfLogError,
  type RecordedEvent,
} from '../../event-sourcing/index.js';
import { takePage } from './event-page.js';
import type { ReadLogDto } from './read-log.dto.js';

/** Events of the log, and how far it was read for them. */
export interface LogPage {
  readonly events: readonly RecordedEvent[];
  readonly nextAfter: number;
  readonly head: number;
}

/**
 * A page of the log up to its present head, so that `nextAfter` moves on also where nothing of what lies between is wanted.
 * @throws PositionAheadOfLogError when `after` is beyond the head.
 */
export async function readLogPage(
  store: EventStore,
  { after, limit, category, type, correlationId, since }: ReadLogDto,
): Promise<LogPage> {
  const head = await store.headPosition();
  if (after > head) throw new PositionAheadOfLogError(after, head);
  const read = store.readLog({
    after: since ? Math.max(after, await store.positionBefore(since)) : after,
    upTo: head,
    categories: category,
    types: type,
    correlationId,
    limit: limit + 1,
  });
  const { events, hasMore } = await takePage(read, limit);
  const last = events.at(-1);
  return {
    events,
    nextAfter: hasMore && last ? last.position : head,
    head,
  };
}
