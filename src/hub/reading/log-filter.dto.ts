import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsInstant } from '../../common/http/is-instant.decorator.js';
import {
  CATEGORY,
  EVENT_TYPE,
  isCategory,
  isCorrelationId,
  isEventType,
} from '../../event-sourcing/index.js';
import { IsListOf } from '../is-list-of.decorator.js';
import { Passes } from '../passes.decorator.js';

/** Documents a list in one parameter, separated by commas. */
function listOf({ source: pattern }: RegExp) {
  const items = { type: 'string', pattern };
  return { type: 'array', items, style: 'form', explode: false } as const;
}

/** Which events of the log are wanted; all of the conditions must be met. */
export class LogFilterDto {
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
