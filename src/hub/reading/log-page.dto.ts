import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { LoggedEventDto } from '../logged-event.dto.js';

export class LogPageDto {
  /** In the direction that was asked for. */
  @ApiProperty({ type: [LoggedEventDto] })
  readonly items: readonly LoggedEventDto[];

  /**
   * The `after` of the next page: all up to here is in this one or the ones before, or was not asked for. Backwards, where
   * those begin that are stored later. @example 42
   */
  @ApiProperty({ type: 'integer' })
  readonly nextAfter: number;

  /** Backwards only: the `upTo` of the next page; where it has come down to `after`, nothing is left. @example 22 */
  @ApiPropertyOptional({ type: 'integer' })
  readonly nextUpTo?: number;

  /** The position of the last event of the log; where `nextAfter` has come so far, nothing is left now. @example 1042 */
  @ApiProperty({ type: 'integer' })
  readonly head: number;
}
