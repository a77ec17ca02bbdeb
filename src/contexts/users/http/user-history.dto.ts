import { ApiProperty } from '@nestjs/swagger';
import type { EventMetadata, JsonValue } from '../../../event-sourcing/index.js';

export class UserHistoryEventDto {
  /** A UUID. @example '0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3c' */
  @ApiProperty({ format: 'uuid' })
  readonly id: string;

  /** The stored name of what happened. @example 'user.created' */
  readonly type: string;

  /** The schema version of the data. @example 1 */
  @ApiProperty({ type: 'integer' })
  readonly version: number;

  /** The number of the event among those of the user. @example 1 */
  @ApiProperty({ type: 'integer' })
  readonly revision: number;

  /** The number of the event in the whole log. @example 1 */
  @ApiProperty({ type: 'integer' })
  readonly position: number;

  /** When the event was stored. Never decreases along the events of a user. */
  readonly recordedAt: Date;

  /** Which request it came from, and who sent it. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  readonly metadata: EventMetadata;

  /** What happened, in the schema of the version. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  readonly data: JsonValue;
}

export class UserHistoryDto {
  /** From the first event on. */
  @ApiProperty({ type: [UserHistoryEventDto] })
  readonly items: readonly UserHistoryEventDto[];

  /** Asks for the next page; null on the last one. */
  readonly nextCursor: string | null;
}
