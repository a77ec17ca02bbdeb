import type { RetryPolicy } from '../../../event-sourcing/index.js';
import type { Group } from '../definition/group.js';
import type { Delivery } from '../tables/delivery.js';
import type { DeliveryTable } from '../tables/delivery.table.js';

/** How an event has failed, as its member says. */
export interface FailedDelivery {
  readonly delivery: Delivery;
  readonly reason: string;
  /** When it may be handed out again; without, after a pause that grows. */
  readonly delayMs?: number;
  /** Whether it is given up at once. */
  readonly park?: boolean;
}

/** What becomes of an event that has failed. */
export interface FailureOutcome {
  readonly position: number;
  readonly state: 'waiting' | 'parked';
  readonly attempts: number;
  /** For how long it waits. */
  readonly delayMs: number;
}

/**
 * Notes what has failed. Of each stream, the first that failed counts: it is handed out again after a pause, and what follows
 * it in its stream is given back and comes behind it. After the last attempt the stream is parked from there on.
 */
export async function noteFailures(
  failed: readonly FailedDelivery[],
  { maxAttempts }: Group,
  now: number,
  table: DeliveryTable,
  retry: RetryPolicy,
): Promise<readonly FailureOutcome[]> {
  const firsts = new Map<string, FailedDelivery>();
  const inOrder = failed.toSorted((one, other) => one.delivery.position - other.delivery.position);
  for (const each of inOrder) {
    if (!firsts.has(each.delivery.stream)) firsts.set(each.delivery.stream, each);
  }
  const following = (await table.openOf([...firsts.keys()])).filter(
    ({ stream, position, state }) =>
      state === 'handed-out' && position > (firsts.get(stream)?.delivery.position ?? Infinity),
  );
  await table.giveBack(following.map(({ position }) => position));
  const outcomes: FailureOutcome[] = [];
  for (const { delivery, reason, delayMs, park = false } of firsts.values()) {
    const { position, stream } = delivery;
    const attempts = delivery.attempts + 1;
    const isParked = park || attempts >= maxAttempts;
    const pauseMs = isParked ? 0 : (delayMs ?? retry.delayMs(attempts));
    await table.fail({ position, attempts, dueAt: now + pauseMs, error: reason }, now);
    if (isParked) await table.parkFrom(stream, position);
    const state = isParked ? 'parked' : 'waiting';
    outcomes.push({ position, state, attempts, delayMs: pauseMs });
  }
  return outcomes;
}
