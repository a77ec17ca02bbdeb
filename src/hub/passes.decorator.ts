import { ValidateBy } from 'class-validator';

/** A parameter that passes a check of the kit's own. */
export function Passes(check: (value: string) => boolean, message: string): PropertyDecorator {
  return ValidateBy({
    name: check.name,
    validator: {
      validate: (value: unknown) => typeof value === 'string' && check(value),
      defaultMessage: () => message,
    },
  });
}
