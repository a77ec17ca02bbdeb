import { ApiProperty } from '@nestjs/swagger';
import { LoggedEventDto } from '../logged-event.dto.js';

export class StreamPageDto {
  /** By revision, in the direction that was asked for. */
  @ApiProperty({ type: [LoggedEventDto] })
  readonly items: readonly LoggedEventDto[];

  /** Asks for the next page; null on the last one. */
  readonly nextCursor: string | null;
}
