import { ApiProperty } from '@nestjs/swagger';

/** An event that was set aside, and how it has failed, whoever was to handle it. */
export class FailedEventDto {
  /** The number of the event in the whole log. @example 42 */
  @ApiProperty({ type: 'integer' })
  readonly position: number;

  /** The id of the event, a UUID. */
  @ApiProperty({ format: 'uuid' })
  readonly eventId: string;

  /** Why it failed last; null for one that has not failed, as it waits behind another. */
  @ApiProperty({ type: 'string', nullable: true })
  readonly error: string | null;

  /** How often it has failed. @example 5 */
  @ApiProperty({ type: 'integer' })
  readonly attempts: number;

  /** When it failed first. */
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  readonly firstFailedAt: Date | null;

  /** When it failed last. */
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  readonly lastFailedAt: Date | null;
}
