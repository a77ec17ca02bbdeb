import { ApiProperty } from '@nestjs/swagger';

export class ParkedRetryDto {
  /** How many events were handled, in their order. @example 3 */
  @ApiProperty({ type: 'integer' })
  readonly handled: number;

  /** How many are still parked, from the first that failed again. @example 0 */
  @ApiProperty({ type: 'integer' })
  readonly left: number;

  /** Why that one failed; null when none did. */
  @ApiProperty({ type: 'string', nullable: true })
  readonly error: string | null;
}
