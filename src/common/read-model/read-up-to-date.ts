import type { Processors } from '../../event-sourcing/index.js';
import { ReadModelBehindError, ReadModelUnavailableError } from './read-model.errors.js';

const MAX_WAIT_MS = 3_000;

/**
 * Reads what the named processor keeps, with everything in it that was in the log when it was asked.
 * @throws ReadModelBehindError, ReadModelUnavailableError
 */
export async function readUpToDate<T>(
  processors: Processors,
  processor: string,
  read: () => Promise<T>,
): Promise<T> {
  if (!(await processors.caughtUp(processor, MAX_WAIT_MS)))
    throw new ReadModelBehindError(processor);
  return read().catch((error: unknown) => {
    throw new ReadModelUnavailableError(processor, error);
  });
}
