import { applyDecorators } from '@nestjs/common';
import { IsString, Matches, MaxLength, MinLength } from 'class-validator';

const MAX_LENGTH = 1_000;

/** Anything that may be the name of a processor or a stream; no database takes a null character. */
export function IsName(): PropertyDecorator {
  return applyDecorators(
    IsString(),
    MinLength(1),
    MaxLength(MAX_LENGTH),
    Matches(/^[^\0]*$/, { message: '$property must have no null character' }),
  );
}
