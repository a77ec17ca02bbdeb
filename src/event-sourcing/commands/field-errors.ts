import type { ValidationError } from 'class-validator';
import { FieldError } from '../errors/validation-failed.error.js';

/** More would tell nobody anything, and a hostile request could ask for millions. */
const MAX_FIELDS_REPORTED = 50;

/**
 * class-validator's tree of errors as a list of at most 50 fields, nested ones joined by dots. What several constraints of
 * a field say in the same words is said once.
 */
export function fieldErrors(errors: readonly ValidationError[]): readonly FieldError[] {
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
    const messages = [...new Set(Object.values(constraints ?? {}))];
    if (messages.length > 0) yield { field, messages };
    yield* walk(children ?? [], field);
  }
}
