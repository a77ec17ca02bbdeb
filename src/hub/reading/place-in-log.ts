import { type EventStore, PositionAheadOfLogError } from '../../event-sourcing/index.js';

/** Where a reader of the log begins. */
export interface PlaceInLog {
  readonly after: number;
  /** The end of the log, as it was when it was asked. */
  readonly head: number;
}

/**
 * The place after a position and, where a time is given, not before it.
 * @throws PositionAheadOfLogError when the log ends before the position.
 */
export async function placeInLog(
  store: EventStore,
  after: number,
  since: Date | undefined,
): Promise<PlaceInLog> {
  const head = await store.headPosition();
  if (after > head) throw new PositionAheadOfLogError(after, head);
  return { after: since ? Math.max(after, await store.positionBefore(since)) : after, head };
}
