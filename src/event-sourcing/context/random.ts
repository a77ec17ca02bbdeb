/** The source of randomness, for jitter. Provide another one to control it in tests. */
export abstract class Random {
  /** @returns a number from 0 (inclusive) to 1 (exclusive). */
  abstract next(): number;
}

/** The randomness of the runtime. Not for secrets. */
export class SystemRandom extends Random {
  override next(): number {
    return Math.random();
  }
}
