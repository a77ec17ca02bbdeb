import { DomainError, InfrastructureError } from './event-sourcing.error.js';

/** A command came with the id of another one that has taken effect. Nothing was stored. */
export class CommandIdReusedError extends DomainError {
  /** Over HTTP the id is derived from the header `Idempotency-Key`. */
  readonly code = 'idempotency-key-reused';
  override readonly status = 422;

  constructor(readonly commandId: string) {
    super(
      `This Idempotency-Key came with other data before (command id ${commandId}). ` +
        'Use a new key for a new request.',
    );
  }
}

/** The handler of a command with an id wanted to store a second time. The first append stays; the second was refused. */
export class SecondAppendError extends InfrastructureError {
  readonly code = 'second-append';
  readonly retryable = false;

  constructor(command: string, first: string, second: string) {
    super(
      `${command} has stored its effect in "${first}", and cannot change "${second}" in another append. Return ` +
        'the other aggregates from the change given to execute(…), so that all are stored in one, or send ' +
        'another command with an id of its own.',
    );
  }
}
