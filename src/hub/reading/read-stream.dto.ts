import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsInstant } from '../../common/http/is-instant.decorator.js';
import { PageDto } from '../../common/http/page.dto.js';
import type { ReadDirection } from '../../event-sourcing/index.js';
import { DIRECTIONS } from './directions.js';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1_000;

export class ReadStreamDto extends PageDto {
  /** How many at the most. Large events make a page shorter. */
  @ApiPropertyOptional({ type: 'integer' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MAX_LIMIT)
  override readonly limit: number = DEFAULT_LIMIT;

  /** The lowest revision wanted, inclusive. @example 1 */
  @ApiPropertyOptional({ type: 'integer' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly from?: number;

  /** The highest revision wanted, inclusive. @example 10 */
  @ApiPropertyOptional({ type: 'integer' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly to?: number;

  /** Only events stored at this time or before it, in ISO 8601 with a zone. @example '2026-11-23T09:00:00Z' */
  @IsOptional()
  @IsInstant()
  readonly until?: Date;

  /** From the first event to the last, or the other way round. */
  @ApiPropertyOptional({ enum: DIRECTIONS, default: 'forwards' })
  @IsOptional()
  @IsIn(DIRECTIONS)
  readonly direction: ReadDirection = 'forwards';
}
