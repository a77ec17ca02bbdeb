import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsDate, IsInt, isISO8601, IsOptional, Max, Min } from 'class-validator';

/** A date and time with its zone, so that no server has to guess one. */
const ISO_INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

export class PointInTimeDto {
  /** As it was after this revision. @example 1 */
  @ApiPropertyOptional({ type: 'integer' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly revision?: number;

  /** As it was at this time, in ISO 8601 with a zone. @example '2026-11-23T09:00:00Z' */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => instantOf(value))
  @IsDate({
    message: 'at must be a time in ISO 8601 with a zone, for example 2026-11-23T09:00:00Z',
  })
  readonly at?: Date;
}

/** An invalid date for what is none: null would count as left out. */
function instantOf(value: unknown): Date {
  const isInstant =
    typeof value === 'string' && ISO_INSTANT.test(value) && isISO8601(value, { strict: true });
  return new Date(isInstant ? value : NaN);
}
