import { ApiProperty } from '@nestjs/swagger';
import { LoggedEventDto } from '../logged-event.dto.js';

export class EventDetailsDto {
  /** The event itself. */
  @ApiProperty({ type: LoggedEventDto })
  readonly event: LoggedEventDto;

  /** The event it is an answer to, by its `causationId`; null where that was a command, is left out, or is not yours to read. */
  @ApiProperty({ type: LoggedEventDto, nullable: true })
  readonly cause: LoggedEventDto | null;

  /** The events of the same correlation id that name this one as their cause, by position. */
  @ApiProperty({ type: [LoggedEventDto] })
  readonly effects: readonly LoggedEventDto[];

  /** Asks for the next page of the effects; null on the last one. */
  readonly nextCursor: string | null;
}
