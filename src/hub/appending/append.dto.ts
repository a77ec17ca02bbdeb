import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  EVENT_TYPE,
  type EventMetadata,
  type ExpectedRevision,
  type JsonValue,
} from '../../event-sourcing/index.js';
import { ANY_JSON } from '../any-json.js';
import { MAX_BATCHES, MAX_EVENTS, MAX_STREAMS } from './limits.js';

// For the OpenAPI document only: bodies are read by `append-body.ts`, which passes on what events carry as it is.

export class EventToAppendDto {
  /** The writer's own, a UUID in lower case; best of version 7. Sent again, it is stored once. @example '0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3c' */
  @ApiProperty({ format: 'uuid' })
  readonly id: string;

  /** The name of what has happened: lower case words, joined by `.` or `-`. @example 'order.placed' */
  @ApiProperty({ pattern: EVENT_TYPE.source, maxLength: 200 })
  readonly type: string;

  /** The schema version of the data; 1 where it is left out. @example 1 */
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 2_147_483_647, default: 1 })
  readonly version?: number;

  /** What happened: any value of JSON. */
  @ApiProperty(ANY_JSON)
  readonly data: JsonValue;

  /** `correlationId`, `causationId`, `tenant`, `traceparent`, and the writer's own. The request names the first, where it is left out. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  readonly metadata?: EventMetadata;

  /** Carried with the event, for consistency boundaries wider than a stream. @example ['customer:7'] */
  @ApiPropertyOptional({ type: [String], default: [] })
  readonly tags?: readonly string[];
}

export class AppendDto {
  /** In their order. */
  @ApiProperty({ type: [EventToAppendDto], minItems: 1, maxItems: MAX_EVENTS })
  readonly events: readonly EventToAppendDto[];
}

export class StreamAppendDto {
  /** The name of the stream, `<category>-<id>`; each once. @example 'order-7' */
  @ApiProperty({ format: 'stream-name' })
  readonly stream: string;

  /** What the stream must be at: a revision, 0 for no stream; `none`, `exists` or, where it is left out, `any`. */
  @ApiPropertyOptional({
    default: 'any',
    oneOf: [
      { type: 'integer', minimum: 0 },
      { type: 'string', enum: ['none', 'exists', 'any'] },
    ],
  })
  readonly expectedRevision?: ExpectedRevision;

  /** In their order; with none, the stream is only checked. */
  @ApiProperty({ type: [EventToAppendDto], maxItems: MAX_EVENTS })
  readonly events: readonly EventToAppendDto[];
}

export class BatchDto {
  /** What is to be appended, or to be checked, all or nothing. */
  @ApiProperty({ type: [StreamAppendDto], minItems: 1, maxItems: MAX_STREAMS })
  readonly appends: readonly StreamAppendDto[];
}

export class BatchesDto {
  /** Each all or nothing, and none depending on another; in sum at most 1000 events. */
  @ApiProperty({ type: [BatchDto], minItems: 1, maxItems: MAX_BATCHES })
  readonly batches: readonly BatchDto[];
}
