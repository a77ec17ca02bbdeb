import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../context/random.js';
import { ConcurrencyError } from '../errors/store.errors.js';

/** How often, and how soon, work is repeated that lost a race for a stream. */
export interface ConflictRetryOptions {
  /** Tries in all. @default 20 */
  readonly attempts?: number;
  /** The longest pause after the first conflict, in milliseconds; doubled by every further one. @default 4 */
  readonly firstDelayMs?: number;
  /** The longest pause of all, in milliseconds. @default 250 */
  readonly maxDelayMs?: number;
}

/**
 * Repeats work that failed with a `ConcurrencyError`, after a pause of random length up to a limit that doubles ("full
 * jitter", M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015). Other errors pass at once.
 */
export class ConflictRetry {
  private readonly attempts: number;
  private readonly firstDelayMs: number;
  private readonly maxDelayMs: number;

  constructor(
    private readonly random: Random,
    { attempts = 20, firstDelayMs = 4, maxDelayMs = 250 }: ConflictRetryOptions = {},
  ) {
    this.attempts = attempts;
    this.firstDelayMs = firstDelayMs;
    this.maxDelayMs = maxDelayMs;
  }

  /**
   * `work` must start from the present state each time: load, decide, store.
   *
   * @param isFinal says which conflicts no further try can resolve; none, where it is left out
   * @throws ConcurrencyError of the last try.
   */
  async run<T>(
    work: () => Promise<T>,
    isFinal: (conflict: ConcurrencyError) => boolean = () => false,
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof ConcurrencyError) || isFinal(error)) throw error;
        if (attempt >= this.attempts) throw error;
        const longest = Math.min(this.maxDelayMs, this.firstDelayMs * 2 ** (attempt - 1));
        await delay(this.random.next() * longest);
      }
    }
  }
}
