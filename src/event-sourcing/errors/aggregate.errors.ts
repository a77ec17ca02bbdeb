import { DomainError, InfrastructureError } from './event-sourcing.error.js';

/** There is no such aggregate, or there was none yet at the time or revision asked for. */
export class AggregateNotFoundError extends DomainError {
  readonly code: string;
  override readonly status = 404;

  constructor(
    readonly category: string,
    readonly id: string,
    when = '',
  ) {
    super(`There is no ${category} ${id}${when}.`);
    this.code = `${category}-not-found`;
  }
}

/** An aggregate was loaded as it was in the past, and someone wanted to store a change to it. */
export class HistoricalAggregateError extends InfrastructureError {
  readonly code = 'historical-aggregate';
  readonly retryable = false;

  constructor(stream: string, revision: number) {
    super(
      `"${stream}" was loaded as of revision ${revision} and is read-only. ` +
        'Load it without { revision } or { at } to change it.',
    );
  }
}

/** An aggregate applied an event it has no handler for. */
export class MissingEventHandlerError extends InfrastructureError {
  readonly code = 'missing-event-handler';
  readonly retryable = false;

  constructor(aggregate: string, event: string) {
    super(`${aggregate} cannot apply ${event}. Add the method on${event}(event: ${event}): void.`);
  }
}

/** `commit()` was called on an aggregate that nobody has connected to the event store. */
export class UnconnectedAggregateError extends InfrastructureError {
  readonly code = 'unconnected-aggregate';
  readonly retryable = false;

  constructor(aggregate: string) {
    super(
      `This ${aggregate} is not connected to the event store, and its events would be lost. Use ` +
        'repository.save(aggregate), or eventPublisher.mergeObjectContext(aggregate) before commit().',
    );
  }
}

/** An aggregate was to publish an event that it has not applied, and that would thus be missing in its stream. */
export class UnappliedEventError extends InfrastructureError {
  readonly code = 'unapplied-event';
  readonly retryable = false;

  constructor(aggregate: string, event: string) {
    super(
      `This ${aggregate} has not applied ${event}, and cannot publish it. Call apply(event), then await commit().`,
    );
  }
}
