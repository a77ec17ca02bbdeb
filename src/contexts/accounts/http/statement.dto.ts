import { ApiProperty } from '@nestjs/swagger';
import type { MovementKind } from '../read-model/statement-line.entity.js';

export class StatementLineDto {
  /** The number of the event in the whole log. @example 42 */
  @ApiProperty({ type: 'integer' })
  readonly position: number;

  /** When the money moved. Never decreases along a statement. */
  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly time: string;

  /** A deposit adds to the balance; a withdrawal, and the capture of a transfer's money, take from it. */
  @ApiProperty({ enum: ['deposit', 'withdrawal', 'capture'] })
  readonly kind: MovementKind;

  /** In minor units, and never negative. @example 12550 */
  @ApiProperty({ type: 'integer' })
  readonly amount: number;

  /** The balance of the account afterwards, in minor units. @example 12550 */
  @ApiProperty({ type: 'integer' })
  readonly balance: number;

  /** What it was for, if that was said. @example 'Rent for May' */
  @ApiProperty({ type: 'string', nullable: true })
  readonly description: string | null;

  /** The transfer it belongs to, if it does. */
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true })
  readonly transferId: string | null;
}

export class StatementDto {
  /** From the oldest on. */
  @ApiProperty({ type: [StatementLineDto] })
  readonly items: readonly StatementLineDto[];

  /** Asks for the next page; null on the last one. */
  readonly nextCursor: string | null;
}
