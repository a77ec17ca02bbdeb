import { InfrastructureError } from '../../errors/event-sourcing.error.js';
import type { AggregateReplay } from '../aggregate-replay.js';
import type { AggregateClass } from '../aggregate-repository.js';
import type { AggregateRoot } from '../aggregate-root.js';
import { captureState, restoreState } from './aggregate-state.js';

/**
 * Whether an aggregate comes to the same state by way of snapshots as from its first event on. Finds handlers that were
 * changed since a snapshot was taken, and state that a snapshot does not see and a later event makes use of.
 *
 * @param state what it has come to at `revision`, perhaps by way of a stored snapshot; it is compared with the state
 * replayed from the first event on, and with that of one that is restored half way.
 * @throws InfrastructureError when it could not be told.
 */
export async function snapshotsAreFaithful<T extends AggregateRoot>(
  aggregateClass: AggregateClass<T>,
  {
    id,
    revision,
    state,
  }: { readonly id: string; readonly revision: number; readonly state: string },
  replay: AggregateReplay,
): Promise<boolean> {
  const halfWay = { to: Math.floor(revision / 2), inBackground: true };
  const replayed = await replay.fromStart(aggregateClass, id, halfWay);
  const theWholeWay = { to: revision, inBackground: true };
  try {
    const restored = restoreState(aggregateClass, id, {
      revision: replayed.revision,
      state: captureState(replayed),
    });
    await replay.catchUp(restored, theWholeWay);
    await replay.catchUp(replayed, theWholeWay);
    return captureState(restored) === state && captureState(replayed) === state;
  } catch (error) {
    if (error instanceof InfrastructureError) throw error;
    return false;
  }
}
