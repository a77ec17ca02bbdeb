import type { Attempt, AttemptFailure } from './attempt-table.js';
import { EventBatch, firstOf } from './event-batch.js';

/** Large, because each batch is a durable commit; small enough that its events are little to hold in memory. */
export const BATCH = 2_000;
/** Where a batch ended its process, perhaps: few enough that its events are soon tried one by one. */
const FEW = 100;

const LOST = 'The process that handled it ended, or stood still, before it was done.';

/**
 * How carefully a processor goes on from where it is. Where a batch has failed, its events are tried one by one. Where the
 * process that ran the processor was lost, what it was at may be what ended it: fewer events are tried at once, and each
 * try is noted in the database before it begins, so that whoever comes next knows of it. In that way the tries of an event
 * are counted that throws, that kills its process, or that hangs it, whatever process tries.
 */
export class Caution {
  private through = 0;
  private limit = BATCH;
  /** Events may end the process that handles them. */
  private isDangerous = false;
  /** A batch may have been under way, and nobody knows which. */
  private isUnclear = false;
  private last: Attempt | undefined;

  /**
   * Another process has run the processor until now.
   *
   * @param noted the try it began last, if that was noted and is not over
   * @param wasLost whether it did not give the processor back
   * @returns how the event that comes next was tried, if it was noted by itself
   */
  takeOver(noted: Attempt | undefined, wasLost: boolean, now: Date): Attempt | undefined {
    this.forget();
    this.isDangerous = noted !== undefined || wasLost;
    this.isUnclear = noted === undefined && wasLost;
    if (!noted) return undefined;
    this.through = noted.position;
    this.limit = 1;
    if (noted.events > 1) return undefined;
    const losses = noted.losses + 1;
    this.last = wasLost ? { ...noted, losses, failure: failureOf(noted, LOST, now) } : noted;
    return this.last;
  }

  /** How many events may be read after a position. */
  limitAfter(position: number): number {
    return !this.isUnclear && position < this.through ? this.limit : BATCH;
  }

  /** What of the next batch may be handled at once. */
  narrow(batch: EventBatch): EventBatch {
    if (!this.isUnclear) return batch;
    this.isUnclear = false;
    this.through = batch.through;
    this.limit = FEW;
    return firstOf(batch, FEW);
  }

  /** The try that is next. */
  next({ events }: EventBatch): Attempt {
    const position = events.at(-1)?.position ?? 0;
    const { last } = this;
    const isAgain = last?.position === position && last.events === events.length;
    return {
      position,
      events: events.length,
      attempts: isAgain ? last.attempts + 1 : 1,
      losses: isAgain ? last.losses : 0,
      failure: isAgain ? last.failure : undefined,
    };
  }

  /** Whether a try is to be noted before it begins. */
  isWorthNoting({ events, attempts }: Attempt): boolean {
    return events > 0 && (this.isDangerous || attempts > 1);
  }

  /** A try has failed: from here on its events are tried one by one. @returns how it failed. */
  failed(attempt: Attempt, error: string, now: Date): AttemptFailure {
    const failure = failureOf(attempt, error, now);
    this.last = { ...attempt, failure };
    this.through = Math.max(this.through, attempt.position);
    this.limit = 1;
    return failure;
  }

  /** Everything up to a position is handled or parked. */
  passed(position: number): void {
    this.last = undefined;
    if (position >= this.through) this.forget();
  }

  /** What comes next is tried one by one up to a position, for the first time. */
  stepThrough(position: number): void {
    this.forget();
    this.through = position;
    this.limit = 1;
  }

  private forget(): void {
    this.through = 0;
    this.limit = BATCH;
    this.isDangerous = false;
    this.isUnclear = false;
    this.last = undefined;
  }
}

function failureOf({ failure }: Attempt, error: string, now: Date): AttemptFailure {
  return { error, firstFailedAt: failure?.firstFailedAt ?? now, lastFailedAt: now };
}
