import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsDate, isISO8601 } from 'class-validator';

/** A date and time with its zone, so that no server has to guess one. */
const ISO_INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** A parameter that is a time, in ISO 8601 with a zone. */
export function IsInstant(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => instantOf(value)),
    IsDate({
      message: '$property must be a time in ISO 8601 with a zone, for example 2026-11-23T09:00:00Z',
    }),
  );
}

/** An invalid date for what is none: null would count as left out. */
function instantOf(value: unknown): Date {
  const isInstant =
    typeof value === 'string' && ISO_INSTANT.test(value) && isISO8601(value, { strict: true });
  return new Date(isInstant ? value : NaN);
}
