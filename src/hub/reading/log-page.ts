import type { EventStore, RecordedEvent } from '../../event-sourcing/index.js';
import { takePage } from './event-page.js';
import { placeInLog } from './place-in-log.js';
import type { ReadLogDto } from './read-log.dto.js';

/** Events of the log, and how far it was read for them. */
export interface LogPage {
  readonly events: readonly RecordedEvent[];
  readonly nextAfter: number;
  /** Backwards only. */
  readonly nextUpTo?: number;
  readonly head: number;
}

/**
 * A page of the log up to its present head, so that `nextAfter` moves on also where nothing of what lies between is wanted.
 * @throws PositionAheadOfLogError when `after` is beyond the head.
 */
export async function readLogPage(
  store: EventStore,
  { after, upTo = Infinity, direction, limit, category, type, correlationId, since }: ReadLogDto,
): Promise<LogPage> {
  const place = await placeInLog(store, after, since);
  const { head } = place;
  const end = Math.min(upTo, head);
  const read = store.readLog({
    after: place.after,
    upTo: end,
    direction,
    categories: category,
    types: type,
    correlationId,
    limit: limit + 1,
  });
  const { events, hasMore } = await takePage(read, limit);
  const last = hasMore ? events.at(-1) : undefined;
  if (direction === 'backwards') {
    return { events, nextAfter: end, nextUpTo: last ? last.position - 1 : place.after, head };
  }
  return { events, nextAfter: last?.position ?? Math.max(place.after, end), head };
}
