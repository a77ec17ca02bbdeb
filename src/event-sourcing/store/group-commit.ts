import { StoreOverloadedError } from '../errors/store.errors.js';

/** One caller's part of a flight: what it wants done, and how it hears of its own result. */
interface Waiting<Request, Outcome> {
  readonly request: Request;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommitOptions<Request, Outcome> {
  /** Does all of it in one transaction; the outcomes are in the order of the requests. */
  readonly fly: (requests: readonly Request[]) => Promise<readonly Outcome[]>;
  /** How much of `maxWeight` a request takes. A heavier one flies alone. */
  readonly weigh: (request: Request) => number;
  /** Requests that share a key never share a flight. */
  readonly keysOf: (request: Request) => Iterable<string>;
  readonly maxWeight: number;
  readonly maxWaiting: number;
  /** Whether after this error a flight is known to have left nothing behind. */
  readonly leftNothing: (error: unknown) => boolean;
}

/**
 * Group commit: while one transaction (a flight) is under way, requests wait; the next flight takes all that wait, up to
 * a weight. The cost of a durable commit is shared by all who wait for it. See DeWitt et al., "Implementation
 * techniques for main memory database systems" (SIGMOD 1984).
 *
 * A flight that fails as a whole and left nothing behind is repeated request by request, so that what is wrong with
 * one harms none of its neighbours.
 */
export class GroupCommit<Request, Outcome> {
  private waiting: Waiting<Request, Outcome>[] = [];
  private flying: Promise<void> | undefined;

  constructor(private readonly options: GroupCommitOptions<Request, Outcome>) {}

  /** @throws StoreOverloadedError when `maxWaiting` requests are waiting already. */
  submit(request: Request): Promise<Outcome> {
    if (this.waiting.length >= this.options.maxWaiting) {
      return Promise.reject(new StoreOverloadedError(this.waiting.length));
    }
    return new Promise<Outcome>((resolve, reject) => {
      this.waiting.push({ request, resolve, reject });
      this.flying ??= this.flyUntilNobodyWaits();
    });
  }

  /** Resolves when nothing is waiting or under way. */
  async drained(): Promise<void> {
    while (this.flying) await this.flying;
  }

  private async flyUntilNobodyWaits(): Promise<void> {
    while (this.waiting.length > 0) {
      // Everyone who was woken by the last flight, or by this turn's I/O, gets to board the next one.
      await new Promise((resolve) => setImmediate(resolve));
      await this.fly(this.board());
    }
    // In the same turn as the check above: nobody can have joined in between.
    this.flying = undefined;
  }

  private board(): Waiting<Request, Outcome>[] {
    const { weigh, keysOf, maxWeight } = this.options;
    const keys = new Set<string>();
    let weight = 0;
    let seats = 0;
    for (const { request } of this.waiting) {
      weight += weigh(request);
      if (seats > 0 && weight > maxWeight) break;
      const own = [...keysOf(request)];
      if (own.some((key) => keys.has(key))) break;
      for (const key of own) keys.add(key);
      seats += 1;
    }
    const aboard = this.waiting.slice(0, seats);
    this.waiting = this.waiting.slice(seats);
    return aboard;
  }

  private async fly(aboard: readonly Waiting<Request, Outcome>[]): Promise<void> {
    try {
      const outcomes = await this.options.fly(aboard.map(({ request }) => request));
      aboard.forEach(({ resolve }, index) => resolve(outcomes[index]));
    } catch (error) {
      if (aboard.length > 1 && this.options.leftNothing(error)) {
        for (const alone of aboard) await this.fly([alone]);
      } else {
        for (const { reject } of aboard) reject(error);
      }
    }
  }
}
