import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where a customer is written to. */
@Entity('transfer_customer_addresses')
export class CustomerAddress {
  /** The id of the user. */
  @PrimaryColumn('text', { name: 'user_id' })
  userId: string;

  @Column('text')
  email: string;
}
