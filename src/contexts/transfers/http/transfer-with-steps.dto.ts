import { ApiProperty } from '@nestjs/swagger';
import { TransferView } from '../transfer-view.dto.js';
import type { TransferStepKind } from '../read-model/transfer-step.entity.js';

const KINDS: readonly TransferStepKind[] = [
  'requested',
  'reserved',
  'credited',
  'captured',
  'released',
  'completed',
  'refunded',
  'failed',
];

export class TransferStepDto {
  /** The number of the event in the whole log. @example 42 */
  @ApiProperty({ type: 'integer' })
  readonly position: number;

  /** When it happened. Never decreases along the steps. */
  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly time: string;

  /**
   * Money is reserved in the account that pays, credited to the other one, and then captured, which takes it out of the
   * first; or released, which makes it available there again.
   */
  @ApiProperty({ enum: KINDS })
  readonly kind: TransferStepKind;

  /** The account in which it happened, if it did in one. */
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true })
  readonly accountId: string | null;

  /** Why the transfer was refunded or has failed, as a stable code. */
  @ApiProperty({ type: 'string', nullable: true })
  readonly reasonCode: string | null;

  /** The same in words. */
  @ApiProperty({ type: 'string', nullable: true })
  readonly reason: string | null;
}

export class TransferWithStepsDto extends TransferView {
  /** What has happened, from the request on. */
  @ApiProperty({ type: [TransferStepDto] })
  readonly steps: readonly TransferStepDto[];
}
