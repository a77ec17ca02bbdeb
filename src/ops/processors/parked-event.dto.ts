import { ApiProperty } from '@nestjs/swagger';
import type {
  EventMetadata,
  JsonValue,
  ParkedEvent,
  ParkedEventDetails,
} from '../../event-sourcing/index.js';
import { FailedEventDto } from '../../common/parking/failed-event.dto.js';

export class ParkedEventDto extends FailedEventDto {
  /** The processor that has set it aside. @example 'user-list' */
  readonly processor: string;

  /** Its stream or, for a processor that keeps another order, its key: what follows in it waits. */
  readonly stream: string;
}

export class ParkedEventPageDto {
  /** By position. */
  @ApiProperty({ type: [ParkedEventDto] })
  readonly items: readonly ParkedEventDto[];

  /** Asks for the next page; null on the last one. */
  readonly nextCursor: string | null;
}

export class EventDataDto {
  /** The stored name of what happened. @example 'user.created' */
  readonly type: string;

  /** The schema version of the data. @example 1 */
  @ApiProperty({ type: 'integer' })
  readonly version: number;

  /** What happened, in the schema of the version. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  readonly data: JsonValue;
}

export class StoredEventDto extends EventDataDto {
  /** The number of the event in its stream. @example 1 */
  @ApiProperty({ type: 'integer' })
  readonly revision: number;

  /** The stream it is stored in. */
  readonly stream: string;

  /** When it was stored. */
  readonly recordedAt: Date;

  /** Which request it came from, and who sent it. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  readonly metadata: EventMetadata;
}

export class ParkedEventDetailsDto extends ParkedEventDto {
  /** As it is stored. */
  readonly stored: StoredEventDto;

  /** As the processor gets it, lifted by upcasters to what there are classes for; null when they fail. */
  @ApiProperty({ type: [EventDataDto], nullable: true })
  readonly lifted: readonly EventDataDto[] | null;

  /** Why upcasters fail, if they do. */
  @ApiProperty({ type: 'string', nullable: true })
  readonly liftError: string | null;
}

export function parkedEventOf(parked: ParkedEvent): ParkedEventDto {
  const { processor, stream, position, eventId, attempts } = parked;
  const { error = null, firstFailedAt = null, lastFailedAt = null } = parked;
  return { processor, stream, position, eventId, error, attempts, firstFailedAt, lastFailedAt };
}

export function parkedEventDetailsOf(parked: ParkedEventDetails): ParkedEventDetailsDto {
  const { type, version, revision, stream, recordedAt, metadata, data } = parked.recorded;
  return {
    ...parkedEventOf(parked),
    stored: { type, version, revision, stream, recordedAt, metadata, data },
    lifted: parked.lifted ?? null,
    liftError: parked.liftError ?? null,
  };
}
