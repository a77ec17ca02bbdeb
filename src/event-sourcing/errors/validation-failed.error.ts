import { DomainError } from './event-sourcing.error.js';

/** What is wrong with one field; nested fields are joined by dots. */
export interface FieldError {
  readonly field: string;
  readonly messages: readonly string[];
}

/** A command or a request that does not meet its declared constraints. */
export class ValidationFailedError extends DomainError {
  readonly code = 'validation-failed';
  override readonly status = 400;

  constructor(
    subject: string,
    readonly errors: readonly FieldError[],
  ) {
    super(`${subject} is not valid: ${errors.flatMap(({ messages }) => messages).join('; ')}.`);
  }
}
