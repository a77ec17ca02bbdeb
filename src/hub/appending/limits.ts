import { ProblemException } from '../../common/problem/problem.exception.js';

/** How many events one request may append. */
export const MAX_EVENTS = 1_000;
/** How many streams one batch may append to, or check. */
export const MAX_STREAMS = 100;

/** How many batches one request may have. */
export const MAX_BATCHES = 200;

/** @throws ProblemException when there are more batches than one request may have. */
export function assertNotTooManyBatches(count: number): void {
  assertWithin(MAX_BATCHES, count, 'too-many-batches', 'batches');
}

/** @throws ProblemException when there are more events than one request may append. */
export function assertNotTooManyEvents(count: number): void {
  assertWithin(MAX_EVENTS, count, 'too-many-events', 'events');
}

/** @throws ProblemException when there are more streams than one batch may name. */
export function assertNotTooManyStreams(count: number): void {
  assertWithin(MAX_STREAMS, count, 'too-many-streams', 'streams');
}

function assertWithin(limit: number, count: number, code: string, what: string): void {
  if (count <= limit) return;
  const detail = `The request has ${count} ${what}; ${limit} are the most for one. Send several.`;
  throw new ProblemException({ status: 413, code, detail });
}
