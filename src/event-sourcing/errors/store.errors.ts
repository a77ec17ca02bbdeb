import { ExpectedRevision } from '../store/expected-revision.js';
import { DomainError, InfrastructureError } from './event-sourcing.error.js';

/** A stream was not at the revision an append expected. Nothing of that append was written. */
export class ConcurrencyError extends DomainError {
  readonly code = 'concurrency-conflict';
  override readonly status = 409;

  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    /** 0 when the stream does not exist. */
    readonly actual: number,
  ) {
    super(`Stream "${stream}" was expected at revision ${expected} and is at ${actual}.`);
  }
}

/** An event id is in the log already, and this append is not a repetition of the one that put it there. */
export class DuplicateEventError extends DomainError {
  readonly code = 'duplicate-event';
  override readonly status = 409;

  constructor(readonly eventId: string) {
    super(
      `Event ${eventId} is already in the log, at another place than this append would give it. ` +
        'Give a new event a new id; repeat an append unchanged.',
    );
  }
}

/** An append that no store could take: a malformed stream name, id, type, version or revision. */
export class InvalidEventError extends DomainError {
  readonly code = 'invalid-event';
  override readonly status = 400;
}

/**
 * The database could not be reached, or broke off. Whether an append under way was stored is unknown:
 * repeat it with the same event ids, and it is stored once.
 */
export class StoreUnavailableError extends InfrastructureError {
  readonly code = 'store-unavailable';
  readonly retryable = true;
}

/** More appends are waiting than the store is allowed to hold in memory. Nothing was written. */
export class StoreOverloadedError extends InfrastructureError {
  readonly code = 'store-overloaded';
  readonly retryable = true;

  constructor(waiting: number) {
    super(`${waiting} appends are waiting already. Try again later, or raise maxWaitingAppends.`);
  }
}

/** The database refused an append for a reason of its own. Nothing of it was written. */
export class StoreFailureError extends InfrastructureError {
  readonly code = 'store-failure';
  readonly retryable = false;
}
