import { Column, Entity, PrimaryColumn } from 'typeorm';
import { asNumber } from '../../../common/read-model/as-number.js';

/** How money came or went: a capture is the money of a transfer that went. */
export type MovementKind = 'deposit' | 'withdrawal' | 'capture';

/** Money that came to an account or went from it. */
@Entity('account_statement')
export class StatementLine {
  /** Of the event. */
  @PrimaryColumn('bigint', { transformer: asNumber })
  position: number;

  @Column('text', { name: 'account_id' })
  accountId: string;

  /** In ISO 8601. */
  @Column('text')
  time: string;

  @Column('text')
  kind: MovementKind;

  @Column('bigint', { transformer: asNumber })
  amount: number;

  /** Afterwards. */
  @Column('bigint', { transformer: asNumber })
  balance: number;

  @Column('text', { nullable: true })
  description: string | null;

  @Column('text', { name: 'transfer_id', nullable: true })
  transferId: string | null;
}
