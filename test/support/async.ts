import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';

const PATIENCE_MS = 15_000;
/** So long it is looked at every turn. After that whoever is waited for has better use for the processor. */
const EAGER_MS = 100;
const LOOK_EVERY_MS = 5;

export interface Patience {
  readonly patienceMs?: number;
  /** Where looking is expensive. */
  readonly lookEveryMs?: number;
}

/** Resolves as soon as `condition` holds; fails loudly when it never does. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what = condition.toString(),
  { patienceMs = PATIENCE_MS, lookEveryMs }: Patience = {},
): Promise<void> {
  const startedAt = performance.now();
  while (!(await condition())) {
    const waitedMs = performance.now() - startedAt;
    if (waitedMs > patienceMs) throw new Error(`This did not come to pass: ${what}`);
    if (lookEveryMs === undefined && waitedMs < EAGER_MS) await nextTurn();
    else await delay(lookEveryMs ?? LOOK_EVERY_MS);
  }
}

/** A promise to be resolved by hand, for holding code at a place. */
export class Gate {
  readonly opened: Promise<void>;
  open: () => void = () => undefined;

  constructor() {
    this.opened = new Promise((resolve) => (this.open = resolve));
  }
}

/** Everything an asynchronous iteration yields. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

/** What a promise was rejected with; fails when it was not. */
export async function failureOf(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('It succeeded, and was expected to fail.');
}
