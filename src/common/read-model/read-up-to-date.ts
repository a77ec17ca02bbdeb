import type { Processors } from '../../event-sourcing/index.js';
import { ReadModelBehindError, ReadModelUnavailableError } from './read-model.errors.js';

const MAX_WAIT_MS = 3_000;

/**
 * Reads what the named processor keeps.
 *
 * @param after what was stored up to this position is in it; without one, everything that was in the log when it was asked
 * @throws ReadModelBehindError when that is not so after 3 seconds; ReadModelUnavailableError, PositionAheadOfLogError
 */
export async function readUpToDate<T>(
  processors: Processors,
  processor: string,
  read: () => Promise<T>,
  after?: number,
): Promise<T> {
  const isThere =
    after === undefined
      ? await processors.caughtUp(processor, MAX_WAIT_MS)
      : await processors.reached(processor, after, MAX_WAIT_MS);
  if (!isThere) throw new ReadModelBehindError(processor);
  return read().catch((error: unknown) => {
    throw new ReadModelUnavailableError(processor, error);
  });
}
