import { Column, Entity, PrimaryColumn } from 'typeorm';
import { asNumber } from '../../../common/read-model/as-number.js';

/** What has happened: to the transfer, or for it in an account. */
export type TransferStepKind =
  | 'requested'
  | 'reserved'
  | 'credited'
  | 'captured'
  | 'released'
  | 'completed'
  | 'refunded'
  | 'failed';

/** One step of a transfer. */
@Entity('transfer_steps')
export class TransferStep {
  /** Of the event. */
  @PrimaryColumn('bigint', { transformer: asNumber })
  position: number;

  @Column('text', { name: 'transfer_id' })
  transferId: string;

  /** In ISO 8601. */
  @Column('text')
  time: string;

  @Column('text')
  kind: TransferStepKind;

  /** Where money was moved. */
  @Column('text', { name: 'account_id', nullable: true })
  accountId: string | null;

  @Column('text', { name: 'reason_code', nullable: true })
  reasonCode: string | null;

  @Column('text', { nullable: true })
  reason: string | null;
}
