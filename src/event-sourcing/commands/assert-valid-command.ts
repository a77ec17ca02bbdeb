import { validate, ValidationError } from 'class-validator';
import { FieldError, ValidationFailedError } from '../errors/validation-failed.error.js';

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

/** class-validator's tree of errors as a list of fields, nested ones joined by dots. */
export function fieldErrors(errors: readonly ValidationError[], parent = ''): FieldError[] {
  return errors.flatMap(({ property, constraints, children = [] }) => {
    const field = parent === '' ? property : `${parent}.${property}`;
    const own = constraints ? [{ field, messages: Object.values(constraints) }] : [];
    return [...own, ...fieldErrors(children, field)];
  });
}
