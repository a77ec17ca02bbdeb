import { AssertionError, deepStrictEqual } from 'node:assert/strict';
import { inspect } from 'node:util';

/** @throws AssertionError, naming the delivery and showing the difference, unless these are the same rows in any order. */
export function assertRows(
  actual: readonly object[],
  expected: readonly object[],
  delivery: string,
): void {
  try {
    deepStrictEqual(inOrder(actual), inOrder(expected));
  } catch (error) {
    if (error instanceof AssertionError)
      preface(error, `Delivered ${delivery}, the events led to other rows.`);
    throw error;
  }
}

/** As plain objects, sorted by all they hold. */
function inOrder(rows: readonly object[]): object[] {
  const keyOf = (row: object): string => inspect(Object.entries(row).toSorted(), { depth: null });
  return rows
    .map((row) => ({ ...row }))
    .toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

/** Some test runners show the message of an error, some its stack, which repeats the message. */
function preface(error: Error, sentence: string): void {
  const { message } = error;
  error.message = `${sentence}\n${message}`;
  error.stack = error.stack?.replace(message, () => error.message);
}
