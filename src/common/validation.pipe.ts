import { ValidationPipe } from '@nestjs/common';
import { fieldErrors, ValidationFailedError } from '../event-sourcing/index.js';

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
