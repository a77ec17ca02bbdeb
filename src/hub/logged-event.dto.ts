import { ApiProperty } from '@nestjs/swagger';
import type { EventMetadata, JsonValue, RecordedEvent } from '../event-sourcing/index.js';
import { ANY_JSON } from './any-json.js';

export class LoggedEventDto {
  /** A UUID. @example '0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3c' */
  @ApiProperty({ format: 'uuid' })
  readonly id: string;

  /** The stored name of what happened. @example 'order.placed' */
  readonly type: string;

  /** The schema version of the data. @example 1 */
  @ApiProperty({ type: 'integer' })
  readonly version: number;

  /** The stream it is stored in. @example 'order-7' */
  readonly stream: string;

  /** The number of the event in its stream, from 1. @example 1 */
  @ApiProperty({ type: 'integer' })
  readonly revision: number;

  /** The number of the event in the whole log, from 1: dense, and in the order of commits. @example 42 */
  @ApiProperty({ type: 'integer' })
  readonly position: number;

  /** When the event was stored. Never decreases along positions. */
  readonly recordedAt: Date;

  /** Which request it came from, what caused it, and the writer's own. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  readonly metadata: EventMetadata;

  /** Carried with the event, for consistency boundaries wider than a stream. */
  @ApiProperty({ type: [String] })
  readonly tags: readonly string[];

  /** What happened, in the schema of the version. */
  @ApiProperty(ANY_JSON)
  readonly data: JsonValue;
}

export function loggedEventOf({
  id,
  type,
  version,
  stream,
  revision,
  position,
  recordedAt,
  metadata,
  tags,
  data,
}: RecordedEvent): LoggedEventDto {
  return { id, type, version, stream, revision, position, recordedAt, metadata, tags, data };
}
