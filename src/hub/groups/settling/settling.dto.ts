import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsBoolean,
  IsInt,
  IsString,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateBy,
} from 'class-validator';
import { MayBeLeftOut } from '../../may-be-left-out.decorator.js';
import type { FailureOutcome } from './failures.js';

const MOST_POSITIONS = 1_000;
const MOST_CHARACTERS = 1_000;
const DAY_MS = 24 * 60 * 60_000;

function IsPositions(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      type: 'array',
      items: { type: 'integer', minimum: 1 },
      minItems: 1,
      maxItems: MOST_POSITIONS,
      example: [42],
    }),
    ValidateBy({
      name: 'isPositions',
      validator: {
        validate: (values) =>
          Array.isArray(values) &&
          values.length > 0 &&
          values.length <= MOST_POSITIONS &&
          values.every((value) => Number.isSafeInteger(value) && value > 0),
        defaultMessage: () => `positions must be a list of 1 to ${MOST_POSITIONS} positions`,
      },
    }),
  );
}

export class AcknowledgeDto {
  /** Where the events stand that were handled: of each stream, from the first that the member has on. */
  @IsPositions()
  readonly positions: readonly number[];
}

export class AcknowledgedDto {
  /** How many were not acknowledged before. @example 1 */
  @ApiProperty({ type: 'integer' })
  readonly acknowledged: number;
}

export class RefuseDto {
  /** Where the events stand that could not be handled. Of each stream, the first counts. */
  @IsPositions()
  readonly positions: readonly number[];

  /** Why, for those who look at what is parked. @example 'no such address' */
  @ApiPropertyOptional({ minLength: 1, maxLength: MOST_CHARACTERS })
  @MayBeLeftOut()
  @IsString()
  @MinLength(1)
  @MaxLength(MOST_CHARACTERS)
  readonly reason?: string;

  /** When they may come again, in milliseconds from now. Without, after a pause that grows with each attempt. */
  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: DAY_MS })
  @MayBeLeftOut()
  @IsInt()
  @Min(0)
  @Max(DAY_MS)
  readonly delayMs?: number;

  /** Whether to park them at once, since no attempt will help. @example false */
  @ApiPropertyOptional({ type: 'boolean', default: false })
  @MayBeLeftOut()
  @IsBoolean()
  readonly park?: boolean;
}

export class RefusalDto {
  /** Where the event stands. @example 42 */
  @ApiProperty({ type: 'integer' })
  readonly position: number;

  /** Whether it comes again or is parked, with what follows in its stream. */
  @ApiProperty({ enum: ['waiting', 'parked'] })
  readonly state: 'waiting' | 'parked';

  /** How often it has failed. @example 1 */
  @ApiProperty({ type: 'integer' })
  readonly attempts: number;

  /** After how many milliseconds it comes again. @example 500 */
  @ApiProperty({ type: 'integer' })
  readonly delayMs: number;
}

export class RefusalsDto {
  /** The first of each stream. The others come again behind it. */
  @ApiProperty({ type: [RefusalDto] })
  readonly items: readonly RefusalDto[];
}

export function refusalsOf(items: readonly FailureOutcome[]): RefusalsDto {
  return { items };
}
