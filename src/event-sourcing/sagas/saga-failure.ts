import type { Refusal } from './saga-handler.decorators.js';

/**
 * What becomes of something that failed: it is tried again after a pause that grows, and parked after the last try; or
 * parked at once; or given up for good, and what comes behind it goes on.
 */
export type Verdict = 'retry' | 'park' | 'skip';

/** A failure that a saga is asked about: a method of it threw, or a command it sent failed for another reason than a rule. */
export type SagaFailure = {
  readonly error: unknown;
  /** How often it has been tried by itself, over all processes, this time included. */
  readonly attempts: number;
} & SagaWork;

/** What was being done. */
export type SagaWork =
  | { readonly during: 'event'; readonly event: object }
  | { readonly during: 'refusal'; readonly command: object; readonly refusal: Refusal }
  | { readonly during: 'deadline'; readonly deadline: string }
  | { readonly during: 'command'; readonly command: object };
