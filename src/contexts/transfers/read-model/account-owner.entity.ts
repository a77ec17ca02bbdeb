import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Whose money an account holds. */
@Entity('transfer_account_owners')
export class AccountOwner {
  @PrimaryColumn('text', { name: 'account_id' })
  accountId: string;

  /** The id of the user. */
  @Column('text')
  owner: string;
}
