import { DomainEvent } from '../events/domain-event.decorator.js';
import type { JsonValue } from '../store/recorded-event.js';

/** A command as the log keeps it until it is sent. */
export interface CommandToSend {
  readonly id: string;
  /** Its stored name. */
  readonly type: string;
  readonly data: JsonValue;
}

/** A deadline that is neither reached, cancelled nor replaced. */
export interface OpenDeadline {
  readonly id: string;
  readonly name: string;
  readonly dueAt: Date;
}

/** A saga has answered what happened. It is all there is to know of the saga from here on. */
@DomainEvent('saga.stepped')
export class SagaStepped {
  constructor(
    /** The id of what it is an answer to: of an event, also where that says that a deadline was reached. */
    readonly triggerId: string,
    /** Where that stands in the log. Nothing up to there is for the saga any more. */
    readonly triggerPosition: number,
    readonly trigger: string,
    readonly state: object,
    readonly commands: readonly CommandToSend[],
    readonly deadlines: readonly OpenDeadline[],
    readonly isCompleted: boolean,
  ) {}
}

/** A command that a saga sent was refused by a rule of the business. */
@DomainEvent('saga.command-refused')
export class SagaCommandRefused {
  constructor(
    readonly command: CommandToSend,
    readonly code: string,
    readonly message: string,
  ) {}
}

/** A deadline of a saga has come. */
@DomainEvent('saga.deadline-reached')
export class SagaDeadlineReached {
  constructor(
    readonly deadlineId: string,
    readonly name: string,
    readonly dueAt: Date,
  ) {}
}
