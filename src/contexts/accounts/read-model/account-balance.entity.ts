import { Column, Entity, PrimaryColumn } from 'typeorm';
import { asNumber } from '../../../common/read-model/as-number.js';
import type { AccountStatus } from '../account.aggregate.js';

/** One row of the list of accounts. */
@Entity('account_balances')
export class AccountBalance {
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  owner: string;

  @Column('text')
  currency: string;

  @Column('bigint', { transformer: asNumber })
  balance: number;

  @Column('bigint', { transformer: asNumber })
  available: number;

  @Column('text')
  status: AccountStatus;

  @Column('bigint', { transformer: asNumber })
  revision: number;

  /** The position of the event that opened the account: the order of the list. */
  @Column('bigint', { name: 'opened_position', transformer: asNumber })
  openedPosition: number;
}
