import type { AggregateClass } from '../aggregate-repository.js';
import type { AggregateRoot } from '../aggregate-root.js';
import { decodeState, encodeState } from './state-codec.js';

/**
 * The state of an aggregate, as a snapshot stores it.
 * @throws UnstorableValueError, and whatever its `toSnapshot` throws.
 */
export function captureState(aggregate: AggregateRoot): string {
  return encodeState(aggregate.toSnapshot(), aggregate.constructor.name);
}

/**
 * An aggregate with a captured state, at the revision it was captured at.
 * @throws Error when the state is not one of this class.
 */
export function restoreState<T extends AggregateRoot>(
  aggregateClass: AggregateClass<T>,
  id: string,
  { revision, state }: { readonly revision: number; readonly state: string },
): T {
  const aggregate = new aggregateClass(id);
  aggregate.fromSnapshot(decodeState(state));
  aggregate.replay([], revision);
  return aggregate;
}
