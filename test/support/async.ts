import { setImmediate as nextTurn } from 'node:timers/promises';

const PATIENCE_MS = 15_000;

/** Resolves as soon as `condition` holds; fails loudly when it never does. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what = condition.toString(),
): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`This did not come to pass: ${what}`);
    await nextTurn();
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
