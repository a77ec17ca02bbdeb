import { validate } from 'class-validator';
import { ValidationFailedError } from '../errors/validation-failed.error.js';
import { fieldErrors } from './field-errors.js';

/**
 * Checks the class-validator constraints of a command's class; a class without any passes.
 * @throws ValidationFailedError with what is wrong, field by field.
 */
export async function assertValidCommand(command: object): Promise<void> {
  const errors = await validate(command, { forbidUnknownValues: false });
  if (errors.length > 0) {
    throw new ValidationFailedError(command.constructor.name, fieldErrors(errors));
  }
}
