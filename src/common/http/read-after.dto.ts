import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional } from 'class-validator';
import { positionOf, POSITION_HEADER } from './position-headers.js';

const DESCRIPTION =
  `The \`${POSITION_HEADER}\` of an earlier answer: what was stored up to there is in this one, or there is none; 0 takes ` +
  'what is there. Where it is left out, everything is in it that was stored before it was asked for.';

/** How far into the log an answer must have read. */
export function IsPositionToReadAfter(): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: 'integer', minimum: 0, description: DESCRIPTION }),
    IsOptional(),
    Transform(({ value }: { value: unknown }) => positionOf(value)),
    IsInt({ message: `after must be the ${POSITION_HEADER} of an earlier answer, or 0` }),
  );
}

export class ReadAfterDto {
  @IsPositionToReadAfter()
  readonly after?: number;
}
