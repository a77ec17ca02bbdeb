/**
 * - `catching-up`: handles a backlog
 * - `live`: has handled what there is, and handles events as they come
 * - `paused`: handles nothing until it is resumed
 * - `standby`: another process runs it
 * - `outdated`: what it keeps was made by a newer version of it than this process has
 * - `retrying`: something failed and is tried again after a pause
 * - `stalled`: as many events are parked as may be, and it goes on when some of them are retried or skipped; or its SQL
 *   does not fit the tables, and it goes on when that is set right
 * - `stopped`: no process runs it; or this one, which starts or ends, does not yet or no longer
 *
 * A process that runs no processors knows only what the database tells: `paused`, `stopped`, and of one that another
 * process runs, `live` or `catching-up`.
 */
export type ProcessorState =
  'catching-up' | 'live' | 'paused' | 'standby' | 'outdated' | 'retrying' | 'stalled' | 'stopped';

/** How far a processor has come, and what holds it up. */
export interface ProcessorStatus {
  readonly name: string;
  readonly state: ProcessorState;
  /** Everything up to here that the processor wants is in the database, or parked. */
  readonly position: number;
  /** The head of the log. */
  readonly head: number;
  /** By how many positions it is behind; 0 when there is nothing left that it wants. */
  readonly lagEvents: number;
  /** How long ago the oldest event that it has yet to handle was recorded. */
  readonly lagSeconds: number;
  /** How many events are parked, those that wait behind others included. */
  readonly parked: number;
  /** The process that runs it, as `<host>/<process id>/<a random part>`; undefined while none does. */
  readonly owner?: string;
  /** Whether this process runs it. */
  readonly isOwner: boolean;
  /** Why this process failed to go on, while it does. */
  readonly lastError?: string;
}
