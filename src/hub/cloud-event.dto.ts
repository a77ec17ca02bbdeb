import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { JsonValue } from '../event-sourcing/index.js';
import { ANY_JSON } from './any-json.js';

/** For the OpenAPI document only: an event of the log as CloudEvents 1.0 has it, or one that is to be appended. */
export class CloudEventDto {
  /** The version of CloudEvents. */
  @ApiProperty({ enum: ['1.0'] })
  readonly specversion: string;

  /** Of an event of the log, a UUID; of another publisher's, any text. @example '0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3c' */
  readonly id: string;

  /** Who published it, a URI-reference. @example '/hub' */
  readonly source: string;

  /** The stored name of what happened. @example 'order.placed' */
  readonly type: string;

  /** The stream. @example 'order-7' */
  readonly subject?: string;

  /** When it was stored, or when the publisher says it happened. @example '2026-11-26T09:00:00.000Z' */
  readonly time?: string;

  /** The media type of the data: JSON. @example 'application/json' */
  readonly datacontenttype?: string;

  /** The schema version of the data; 1 where it is left out. @example 1 */
  @ApiPropertyOptional({ type: 'integer' })
  readonly schemaversion?: number;

  /** The number of the event in its stream, as a text. @example '1' */
  readonly revision?: string;

  /** The number of the event in the whole log, as a text. @example '42' */
  readonly position?: string;

  /** The position as a text that sorts like the number. @example '0000000000000042' */
  readonly sequence?: string;

  /** The stream, by which a broker may divide events among its partitions. @example 'order-7' */
  readonly partitionkey?: string;

  /** Shared by everything that one request led to. @example 'checkout-7' */
  readonly correlationid?: string;

  /** The id of the event it is an answer to. @example '0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3c' */
  readonly causationid?: string;

  /** Who did it. Of an event that is appended, it is kept as what its publisher says. @example 'ada' */
  readonly actor?: string;

  /** For whom. @example 'shop' */
  readonly tenant?: string;

  /** The W3C trace context. @example '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' */
  readonly traceparent?: string;

  /** The rest of the metadata, as a text of JSON. @example '{"shop":"Oslo"}' */
  readonly hubmetadata?: string;

  /** What happened. */
  @ApiPropertyOptional(ANY_JSON)
  readonly data?: JsonValue;
}
