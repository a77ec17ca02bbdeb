import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsInstant } from '../../common/http/is-instant.decorator.js';
import { positionOf } from '../../common/http/position-headers.js';
import {
  CATEGORY,
  EVENT_TYPE,
  isCategory,
  isCorrelationId,
  isEventType,
} from '../../event-sourcing/index.js';
import { IsListOf } from '../is-list-of.decorator.js';
import { Passes } from '../passes.decorator.js';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;

/** Documents a list in one parameter, separated by commas. */
function listOf({ source: pattern }: RegExp) {
  const items = { type: 'string', pattern };
  return { type: 'array', items, style: 'form', explode: false } as const;
}

export class ReadLogDto {
  /** Only events with a higher position: the `nextAfter` of the page before, or 0 for the beginning of the log. */
  @ApiPropertyOptional({ type: 'integer', minimum: 0, default: 0 })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => positionOf(value))
  @IsInt({ message: 'after must be a position, or 0' })
  readonly after: number = 0;

  /** How many at the most. Large events make a page shorter. */
  @ApiPropertyOptional({ type: 'integer' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MAX_LIMIT)
  readonly limit: number = DEFAULT_LIMIT;

  /** Only events of streams in one of these categories, separated by commas. */
  @ApiPropertyOptional(listOf(CATEGORY))
  @IsOptional()
  @IsListOf(isCategory, 'category must be a category, such as order, or several with commas')
  readonly category?: readonly string[];

  /** Only events of one of these types, separated by commas. */
  @ApiPropertyOptional(listOf(EVENT_TYPE))
  @IsOptional()
  @IsListOf(isEventType, 'type must be an event type, such as order.placed, or several with commas')
  readonly type?: readonly string[];

  /** Only what one request, or one outside trigger, has led to. */
  @IsOptional()
  @Passes(isCorrelationId, 'correlationId must have 1 to 200 characters, none a control character')
  readonly correlationId?: string;

  /** Only events stored at this time or later, in ISO 8601 with a zone. @example '2026-11-23T09:00:00Z' */
  @IsOptional()
  @IsInstant()
  readonly since?: Date;
}
