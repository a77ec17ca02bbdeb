import { ValidateIf } from 'class-validator';

/** For a field of a body that need not be there; null is a value, and a wrong one. */
export function MayBeLeftOut(): PropertyDecorator {
  return ValidateIf((_, value: unknown) => value !== undefined);
}
