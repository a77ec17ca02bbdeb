import { applyDecorators } from '@nestjs/common';
import {
  isISO4217CurrencyCode,
  IsInt,
  Length,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
} from 'class-validator';
import { MAX_MINOR_UNITS } from './money.value-object.js';

export const MAX_DESCRIPTION_LENGTH = 140;

export function IsCurrency(): PropertyDecorator {
  return ValidateBy({
    name: 'isCurrency',
    validator: {
      validate: isCurrency,
      defaultMessage: () => 'currency must be a code of ISO 4217, for example "EUR"',
    },
  });
}

/** A whole number of minor units, such as cents, from 1 on. */
export function IsAmount(): PropertyDecorator {
  const message =
    'amount must be a whole number of minor units, such as cents, ' +
    `from 1 to ${MAX_MINOR_UNITS}`;
  return applyDecorators(
    IsInt({ message }),
    Min(1, { message }),
    Max(MAX_MINOR_UNITS, { message }),
  );
}

/** One line of text, or left out. */
export function IsDescription(): PropertyDecorator {
  return applyDecorators(
    ValidateIf((_, value: unknown) => value !== undefined),
    Length(1, MAX_DESCRIPTION_LENGTH, {
      message: `description must be a text of 1 to ${MAX_DESCRIPTION_LENGTH} characters`,
    }),
    Matches(/^[^\p{Cc}\p{Cs}]*$/u, {
      message: 'description must not have control characters or halves of characters',
    }),
  );
}

/** Whether it is a code of ISO 4217, in capitals. */
export function isCurrency(value: unknown): boolean {
  return isISO4217CurrencyCode(value) && value === String(value).toUpperCase();
}
