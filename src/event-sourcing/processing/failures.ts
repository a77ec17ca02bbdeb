import { Clock } from '../context/clock.js';
import type { RecordedEvent } from '../store/recorded-event.js';
import { EventFailure } from './parked-event-table.js';

/** What has gone wrong with a processor since it last succeeded. */
export class Failures {
  private outages = 0;
  private failing: { readonly position: number; readonly failure: EventFailure } | undefined;
  private error: string | undefined;

  constructor(private readonly clock: Clock) {}

  get lastError(): string | undefined {
    return this.error;
  }

  /** @returns how often the event has failed by itself, this time included. */
  ofEvent({ position }: RecordedEvent, error: unknown): EventFailure {
    this.error = messageOf(error);
    const before = this.failing?.position === position ? this.failing.failure : undefined;
    const lastFailedAt = this.clock.now();
    const failure: EventFailure = {
      error: this.error,
      attempts: (before?.attempts ?? 0) + 1,
      firstFailedAt: before?.firstFailedAt ?? lastFailedAt,
      lastFailedAt,
    };
    this.failing = { position, failure };
    return failure;
  }

  /** @returns how often something other than an event was at fault, this time included. */
  ofSomethingElse(error: unknown): number {
    this.error = messageOf(error);
    this.outages += 1;
    return this.outages;
  }

  clear(): void {
    this.outages = 0;
    this.failing = undefined;
    this.error = undefined;
  }
}

/** What an error says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
