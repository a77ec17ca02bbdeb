import { Column, Entity, PrimaryColumn } from 'typeorm';
import { asNumber } from '../../../common/read-model/as-number.js';
import type { UserStatus } from '../user.aggregate.js';

/** One row of the list of users. */
@Entity('user_list')
export class UserListItem {
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  username: string;

  @Column('text')
  email: string;

  @Column('text')
  status: UserStatus;

  @Column('bigint', { transformer: asNumber })
  revision: number;

  /** The position of the event that created the user: the order of the list. */
  @Column('bigint', { name: 'created_position', transformer: asNumber })
  createdPosition: number;
}
