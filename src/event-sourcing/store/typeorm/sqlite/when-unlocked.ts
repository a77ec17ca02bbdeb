import { setTimeout as delay } from 'node:timers/promises';
import { StoreUnavailableError } from '../../../errors/store.errors.js';
import { isBusy } from './sqlite-handle.js';

const LOCK_TIMEOUT_MS = 30_000;
const LOCK_RETRY_MS = 5;

/**
 * Does `begin` as soon as no other connection holds the write lock of the file, without blocking the event loop: who
 * holds the lock may be waiting for a turn of it.
 *
 * @throws StoreUnavailableError when the file stays locked.
 */
export async function whenUnlocked(begin: () => unknown): Promise<void> {
  const deadline = Date.now() + LOCK_TIMEOUT_MS;
  for (;;) {
    try {
      await begin();
      return;
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (Date.now() > deadline) {
        throw new StoreUnavailableError(
          `The write lock of the SQLite file has been held elsewhere for ${LOCK_TIMEOUT_MS / 1000} s.`,
          { cause: error },
        );
      }
      await delay(Math.random() * LOCK_RETRY_MS);
    }
  }
}
