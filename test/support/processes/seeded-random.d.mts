/** Numbers that look random and are the same for the same seed. */
export class SeededRandom {
  constructor(seed: number);
  /** At least 0 and less than 1. */
  next(): number;
  /** Both inclusive. */
  between(least: number, most: number): number;
  pick<T>(choices: readonly T[]): T;
}
