/**
 * What an append demands of a stream:
 * - a number: the stream's current revision is exactly this (0: no stream yet);
 * - `'none'`: no stream yet;
 * - `'exists'`: at least one event;
 * - `'any'`: nothing. Never fails, however many append at once.
 */
export type ExpectedRevision = number | 'none' | 'exists' | 'any';

/** Whether a stream at revision `actual` (0: no stream) is what an append demands. */
export function revisionIsAsExpected(actual: number, expected: ExpectedRevision): boolean {
  switch (expected) {
    case 'any':
      return true;
    case 'exists':
      return actual > 0;
    case 'none':
      return actual === 0;
    default:
      return actual === expected;
  }
}
