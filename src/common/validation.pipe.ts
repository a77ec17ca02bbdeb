import { type ValidationError, ValidationPipe } from '@nestjs/common';
import { type FieldError, ValidationFailedError } from '../event-sourcing/index.js';

const MAX_FIELDS_REPORTED = 50;

/**
 * Takes only what a DTO declares, as the type it declares: a number where a string is wanted is an error. Query
 * parameters are text, and a DTO says with `@Type(() => Number)` where it wants something else.
 */
export function createValidationPipe(): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => new ValidationFailedError('The request', fieldErrors(errors)),
  });
}

function fieldErrors(errors: readonly ValidationError[]): readonly FieldError[] {
  const reported: FieldError[] = [];
  for (const error of walk(errors, '')) {
    if (reported.length === MAX_FIELDS_REPORTED) break;
    reported.push(error);
  }
  return reported;
}

function* walk(errors: readonly ValidationError[], parent: string): Generator<FieldError> {
  for (const { property, constraints, children } of errors) {
    const field = parent === '' ? property : `${parent}.${property}`;
    const messages = Object.values(constraints ?? {});
    if (messages.length > 0) yield { field, messages };
    yield* walk(children ?? [], field);
  }
}
