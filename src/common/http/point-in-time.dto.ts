import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsInstant } from './is-instant.decorator.js';

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
  @IsInstant()
  readonly at?: Date;
}
