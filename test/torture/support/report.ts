import { randomInt } from 'node:crypto';
import type { Outcome } from './deed.js';

export const ROUNDS = Number(process.env.TORTURE_ROUNDS ?? 20);
const isAsked = process.env.TORTURE_ROUNDS !== undefined;
/** Each starts processes, so there are few where nothing is said. */
export const KILL_ROUNDS = isAsked ? ROUNDS : 10;
/** Where a round takes longer. */
export const FAULT_ROUNDS = Math.ceil(KILL_ROUNDS / 4);
/** Where a round takes longest. */
export const LONG_ROUNDS = Math.ceil(KILL_ROUNDS / 8);
/** In each, services wait for a hub; as many as are asked for, and few where nothing is said. */
export const HUB_ROUNDS = isAsked ? ROUNDS : 1;
/** Each starts and ends many processes. */
export const POISON_ROUNDS = Math.ceil(ROUNDS / 20);
/** Repeats what the clients of an earlier run did, and when they were interrupted; not how the processes raced. */
export const SEED = Number(process.env.TORTURE_SEED ?? randomInt(2 ** 31));
export const TIMEOUT_MS = 60_000 + ROUNDS * 20_000;

/** Tells how far the rounds are, and in the end what they came to. */
export class Report {
  private readonly recoveries: number[] = [];
  private readonly outcomes = { acknowledged: 0, refused: 0, unknown: 0 };
  private rounds = 0;

  constructor(
    private readonly name: string,
    private readonly planned: number,
  ) {
    process.stdout.write(`${name}: ${planned} rounds, TORTURE_SEED=${SEED}\n`);
  }

  /** @throws Error with the seed when there are violations. */
  round(
    deeds: readonly { readonly outcome: Outcome }[],
    recoveryMs: number,
    violations: readonly string[],
  ): void {
    this.rounds += 1;
    this.recoveries.push(recoveryMs);
    for (const { outcome } of deeds) this.outcomes[outcome] += 1;
    if (violations.length > 0) {
      throw new Error(
        `${this.name}, TORTURE_SEED=${SEED}, round ${this.rounds}: ${violations.length} violations:\n` +
          violations.slice(0, 20).join('\n'),
      );
    }
    const isTold = this.rounds % Math.ceil(this.planned / 40 + 4) === 0;
    if (isTold || this.rounds === this.planned) this.print();
  }

  private print(): void {
    const { acknowledged, refused, unknown } = this.outcomes;
    process.stdout.write(
      `${this.name}: round ${this.rounds} of ${this.planned}, ` +
        `${acknowledged} writes acknowledged, ${refused} refused, ${unknown} of unknown outcome; ` +
        `recovery p50 ${this.percentile(50)} ms, p99 ${this.percentile(99)} ms\n`,
    );
  }

  private percentile(share: number): number {
    const sorted = this.recoveries.toSorted((a, b) => a - b);
    return Math.round(sorted[Math.ceil((share / 100) * sorted.length) - 1]);
  }
}
