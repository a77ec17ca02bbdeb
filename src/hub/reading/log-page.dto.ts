import { ApiProperty } from '@nestjs/swagger';
import { LoggedEventDto } from '../logged-event.dto.js';

export class LogPageDto {
  /** By position. */
  @ApiProperty({ type: [LoggedEventDto] })
  readonly items: readonly LoggedEventDto[];

  /** The `after` of the next page: all up to here is in this one or the ones before, or was not asked for. @example 42 */
  @ApiProperty({ type: 'integer' })
  readonly nextAfter: number;

  /** The position of the last event of the log; where `nextAfter` has come so far, nothing is left now. @example 1042 */
  @ApiProperty({ type: 'integer' })
  readonly head: number;
}
