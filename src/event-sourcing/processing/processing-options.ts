import type { RetryPolicyOptions } from './retry-policy.js';

/** How processors run. */
export interface ProcessingOptions {
  /**
   * Whether this process runs processors at all: projections, reactors, sagas and their deadlines. One that does not can
   * still ask how they are, pause and resume them, and retry and skip what is parked: for tools that work beside a
   * server, or without one.
   * @default true
   */
  readonly run?: boolean;
  /** How what failed is tried again, and how often before it is parked. */
  readonly retry?: RetryPolicyOptions;
  /** How many events of a processor may be parked, those that wait behind others included. @default 10000 */
  readonly maxParkedEvents?: number;
  /**
   * How long after a process was last heard of another one takes over its processors, in milliseconds. Every process
   * on the database should have the same. @default 3000
   */
  readonly leaseMs?: number;
}

/** What the options are where nothing else was said. */
export const DEFAULT_LEASE_MS = 3_000;
export const DEFAULT_MAX_PARKED_EVENTS = 10_000;

const SHORTEST_LEASE_MS = 200;

/** What is wrong with the options, and what to type. */
export function processingProblems(options: ProcessingOptions): string[] {
  const { retry: { attempts, firstDelayMs, maxDelayMs } = {}, maxParkedEvents, leaseMs } = options;
  return [
    atLeast(1, 'retry.attempts', attempts),
    atLeast(0, 'retry.firstDelayMs', firstDelayMs),
    atLeast(0, 'retry.maxDelayMs', maxDelayMs),
    atLeast(0, 'maxParkedEvents', maxParkedEvents),
    atLeast(SHORTEST_LEASE_MS, 'leaseMs', leaseMs),
  ].flat();
}

function atLeast(least: number, name: string, value: number | undefined): string[] {
  if (value === undefined || (Number.isFinite(value) && value >= least)) return [];
  return [
    `processing.${name} is ${value}. Set it to ${least} or more in EventSourcingModule.forRoot({ processing: … }), ` +
      'or leave it out.',
  ];
}
