import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';

const MAX_VALUES = 50;

/** A parameter of 1 to 50 values, separated by commas, each of which passes a check of the kit's own. */
export function IsListOf(check: (value: string) => boolean, message: string): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? value.split(',', MAX_VALUES + 1) : [],
    ),
    ValidateBy({
      name: 'isListOf',
      validator: {
        validate: (values: readonly string[]) =>
          values.length > 0 && values.length <= MAX_VALUES && values.every(check),
        defaultMessage: () => message,
      },
    }),
  );
}
