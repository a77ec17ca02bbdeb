import { ApiProperty } from '@nestjs/swagger';
import { Account, AccountStatus } from './account.aggregate.js';

/** An account as the outside sees it. */
export class AccountView {
  /** A UUID. @example '0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3c' */
  @ApiProperty({ format: 'uuid' })
  readonly id: string;

  /** The id of the user whose money it is. @example '0190b3c4-5d9e-7c3e-8f2a-6b1c1f7a2b3c' */
  @ApiProperty({ format: 'uuid' })
  readonly owner: string;

  /** Its code in ISO 4217. @example 'EUR' */
  @ApiProperty({ format: 'iso-4217' })
  readonly currency: string;

  /** All the money, in minor units of the currency, such as cents. @example 12550 */
  @ApiProperty({ type: 'integer' })
  readonly balance: number;

  /** The balance without what is reserved for transfers; never below zero. @example 10050 */
  @ApiProperty({ type: 'integer' })
  readonly available: number;

  /** A closed account takes and gives no money. @example 'open' */
  readonly status: AccountStatus;

  /** The number of changes, the opening included. @example 1 */
  @ApiProperty({ type: 'integer' })
  readonly revision: number;
}

export function viewOf({ id, owner, balance, available, status, revision }: Account): AccountView {
  return {
    id,
    owner,
    currency: balance.currency,
    balance: balance.minorUnits,
    available: available.minorUnits,
    status,
    revision,
  };
}
