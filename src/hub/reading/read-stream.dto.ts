import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { PageDto } from '../../common/http/page.dto.js';
import type { ReadDirection } from '../../event-sourcing/index.js';

const DIRECTIONS: readonly ReadDirection[] = ['forwards', 'backwards'];

export class ReadStreamDto extends PageDto {
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

  /** From the first event to the last, or the other way round. */
  @ApiPropertyOptional({ enum: DIRECTIONS, default: 'forwards' })
  @IsOptional()
  @IsIn(DIRECTIONS)
  readonly direction: ReadDirection = 'forwards';
}
