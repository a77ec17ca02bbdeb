import type { CheckpointedHandlers } from '../../event-sourcing/index.js';
import { ReadModelBehindError, ReadModelUnavailableError } from './read-model.errors.js';

const MAX_WAIT_MS = 3_000;

/**
 * Reads what the named handler keeps, with everything in it that was in the log when it was asked.
 * @throws ReadModelBehindError, ReadModelUnavailableError
 */
export async function readUpToDate<T>(
  handlers: CheckpointedHandlers,
  handler: string,
  read: () => Promise<T>,
): Promise<T> {
  if (!(await handlers.caughtUp(handler, MAX_WAIT_MS))) throw new ReadModelBehindError(handler);
  return read().catch((error: unknown) => {
    throw new ReadModelUnavailableError(handler, error);
  });
}
