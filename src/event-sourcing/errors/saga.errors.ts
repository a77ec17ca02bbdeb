import { EventSourcingError } from './event-sourcing.error.js';

/** A saga sends an object whose class has no stored name. */
export class UndeclaredCommandError extends EventSourcingError {
  readonly code = 'undeclared-command';

  constructor(className: string) {
    super(
      `${className} is not a declared command. Write @StoredCommand('<category>.<what-to-do>') above the class.`,
    );
  }
}

/** The log keeps a command for which there is no class any more. */
export class UnknownCommandError extends EventSourcingError {
  readonly code = 'unknown-command';

  constructor(readonly type: string) {
    super(
      `There is no class for the command "${type}". Write @StoredCommand('${type}') above one.`,
    );
  }
}

/** A command was refused, and the saga that sent it does not say what follows from that. */
export class UnhandledRefusalError extends EventSourcingError {
  readonly code = 'unhandled-refusal';

  constructor(saga: string, command: string, message: string) {
    super(
      `${command} was refused: ${message} Add a method with @OnRefusal(${command}) to ${saga}, to compensate what it ` +
        'has done.',
    );
  }
}

/** A deadline was reached, and the saga that set it does not say what follows from that. */
export class UnhandledDeadlineError extends EventSourcingError {
  readonly code = 'unhandled-deadline';

  constructor(saga: string, deadline: string) {
    super(`Nothing handles the deadline. Add a method with @OnDeadline('${deadline}') to ${saga}.`);
  }
}
