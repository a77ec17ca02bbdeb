import { Column, Entity, PrimaryColumn } from 'typeorm';
import { asNumber } from '../../../common/read-model/as-number.js';
import type { TransferStatus } from '../transfer.aggregate.js';

/** One row of the list of transfers. */
@Entity('transfer_list')
export class TransferListItem {
  @PrimaryColumn('text')
  id: string;

  /** The account that pays. */
  @Column('text', { name: 'from_account' })
  from: string;

  /** The account that is paid. */
  @Column('text', { name: 'to_account' })
  to: string;

  @Column('bigint', { transformer: asNumber })
  amount: number;

  @Column('text')
  currency: string;

  @Column('text', { nullable: true })
  description: string | null;

  @Column('text')
  status: TransferStatus;

  @Column('text', { name: 'reason_code', nullable: true })
  reasonCode: string | null;

  @Column('text', { nullable: true })
  reason: string | null;

  /** In ISO 8601. */
  @Column('text', { name: 'requested_at' })
  requestedAt: string;

  /** In ISO 8601. */
  @Column('text', { name: 'expires_at' })
  expiresAt: string;

  /** The position of the event that requested the transfer: the order of the list. */
  @Column('bigint', { name: 'requested_position', transformer: asNumber })
  requestedPosition: number;
}
