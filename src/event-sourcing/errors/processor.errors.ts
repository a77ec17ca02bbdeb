import { DomainError, EventSourcingError, InfrastructureError } from './event-sourcing.error.js';

/** No module of this process has a processor of that name. */
export class ProcessorNotFoundError extends DomainError {
  readonly code = 'processor-not-found';
  override readonly status = 404;

  constructor(name: string, known: readonly string[]) {
    const names = known.length === 0 ? 'no others' : [...known].sort().join(', ');
    super(`There is no processor named "${name}". There are: ${names}.`);
  }
}

/** A position was asked for that the log has not: it is of another log, or of this one before it was restored. */
export class PositionAheadOfLogError extends DomainError {
  readonly code = 'position-ahead-of-log';
  override readonly status = 409;

  constructor(position: number, head: number) {
    super(
      `The log ends at position ${head}, before ${position}. That position is of another database, or of this one ` +
        'before it was restored. Read again without it.',
    );
  }
}

/** The event is not parked, or no longer. */
export class ParkedEventNotFoundError extends DomainError {
  readonly code = 'parked-event-not-found';
  override readonly status = 404;

  constructor(processor: string, position: number) {
    super(`The event at position ${position} is not parked by the processor "${processor}".`);
  }
}

/** Another event of the stream is parked before the one that was to be skipped. */
export class NotTheFirstParkedEventError extends DomainError {
  readonly code = 'not-the-first-parked-event';
  override readonly status = 409;

  constructor(stream: string, position: number, first: number) {
    super(
      `Of the parked events of "${stream}" the first is at position ${first}, not ${position}. ` +
        'Retry or skip that one first.',
    );
  }
}

/** What the processor keeps was made by a newer version of it than this process has. */
export class ProcessorOutdatedError extends DomainError {
  readonly code = 'processor-outdated';
  override readonly status = 409;

  constructor(name: string, version: number, stored: number) {
    super(
      `What "${name}" keeps is of version ${stored}, and this process knows version ${version}. Ask a process that runs ` +
        'the newer program, or rebuild it with this one.',
    );
  }
}

/** Another process has taken over a work meanwhile: it may do it, and this one may not. */
export class LeaseLostError extends InfrastructureError {
  readonly code = 'lease-lost';
  readonly retryable = true;

  constructor(name: string) {
    super(`Another process has taken over "${name}". Nothing was written.`);
  }
}

/**
 * Thrown by a projection, a reactor or a processor about an event that it will never be able to handle: the event is parked
 * at once, with what comes behind it in its stream, instead of being tried again. Where its `cause` is an outage, that is
 * waited for all the same.
 */
export class UnrecoverableError extends EventSourcingError {
  readonly code = 'unrecoverable';
}
