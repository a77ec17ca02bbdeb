import { ApiProperty } from '@nestjs/swagger';
import { User, UserStatus } from './user.aggregate.js';

/** A user as the outside sees it. */
export class UserView {
  /** A UUID. @example '0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3c' */
  @ApiProperty({ format: 'uuid' })
  readonly id: string;

  /** As it was written at the creation; unique, whatever the case. @example 'john_doe' */
  readonly username: string;

  /** As it was written last; unique, whatever the case. @example 'john@example.com' */
  @ApiProperty({ format: 'email' })
  readonly email: string;

  /** A deactivated user can no longer be changed. @example 'active' */
  readonly status: UserStatus;

  /** The number of changes, the creation included. @example 1 */
  @ApiProperty({ type: 'integer' })
  readonly revision: number;
}

export function viewOf({ id, username, email, status, revision }: User): UserView {
  return { id, username, email, status, revision };
}
