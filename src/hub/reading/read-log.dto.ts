import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { positionOf } from '../../common/http/position-headers.js';
import type { ReadDirection } from '../../event-sourcing/index.js';
import { DIRECTIONS } from './directions.js';
import { LogFilterDto } from './log-filter.dto.js';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;

export class ReadLogDto extends LogFilterDto {
  /** Only events with a higher position: the `nextAfter` of the page before, or 0 for the beginning of the log. */
  @ApiPropertyOptional({ type: 'integer', minimum: 0, default: 0 })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => positionOf(value))
  @IsInt({ message: 'after must be a position, or 0' })
  readonly after: number = 0;

  /** Only events up to this position, inclusive: backwards, the `nextUpTo` of the page before. */
  @ApiPropertyOptional({ type: 'integer', minimum: 0 })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => positionOf(value))
  @IsInt({ message: 'upTo must be a position, or 0' })
  readonly upTo?: number;

  /** From the first event to the last, or the other way round. */
  @ApiPropertyOptional({ enum: DIRECTIONS, default: 'forwards' })
  @IsOptional()
  @IsIn(DIRECTIONS)
  readonly direction: ReadDirection = 'forwards';

  /** How many at the most. Large events make a page shorter. */
  @ApiPropertyOptional({ type: 'integer' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MAX_LIMIT)
  readonly limit: number = DEFAULT_LIMIT;
}
