import { Random } from '../context/random.js';

/** How often, and after which pauses, an event that failed is handled again. */
export interface RetryPolicyOptions {
  /** Tries of one event by itself before it is parked. @default 5 */
  readonly attempts?: number;
  /** The longest pause after the first failure, in milliseconds; doubled by every further one. @default 200 */
  readonly firstDelayMs?: number;
  /** The longest pause of all, in milliseconds. @default 10000 */
  readonly maxDelayMs?: number;
}

/** Pauses that grow exponentially, half of each left to chance, so that those who failed together do not return together. */
export class RetryPolicy {
  readonly attempts: number;
  private readonly firstDelayMs: number;
  private readonly maxDelayMs: number;

  constructor(
    private readonly random: Random,
    { attempts = 5, firstDelayMs = 200, maxDelayMs = 10_000 }: RetryPolicyOptions = {},
  ) {
    this.attempts = attempts;
    this.firstDelayMs = firstDelayMs;
    this.maxDelayMs = maxDelayMs;
  }

  /** @param failures in a row, from 1 */
  delayMs(failures: number): number {
    const longest = Math.min(this.maxDelayMs, this.firstDelayMs * 2 ** (failures - 1));
    return Math.round((longest / 2) * (1 + this.random.next()));
  }
}
