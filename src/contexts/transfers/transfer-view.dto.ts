import { ApiProperty } from '@nestjs/swagger';
import { Transfer, type TransferStatus } from './transfer.aggregate.js';

const STATUSES: readonly TransferStatus[] = ['pending', 'completed', 'refunded', 'failed'];

/** A transfer as the outside sees it. */
export class TransferView {
  /** A UUID. @example '0190b3c4-7d2e-7c3e-8f2a-5d9e1f7a2b3c' */
  @ApiProperty({ format: 'uuid' })
  readonly id: string;

  /** The id of the account that pays. @example '0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3c' */
  @ApiProperty({ format: 'uuid' })
  readonly from: string;

  /** The id of the account that is paid. @example '0190b3c4-6b1d-7c3e-8f2a-5d9e1f7a2b3c' */
  @ApiProperty({ format: 'uuid' })
  readonly to: string;

  /** In minor units of the currency, such as cents. @example 2550 */
  @ApiProperty({ type: 'integer' })
  readonly amount: number;

  /** Its code in ISO 4217. @example 'EUR' */
  @ApiProperty({ format: 'iso-4217' })
  readonly currency: string;

  /** What it is for, if that was said. @example 'Rent for May' */
  @ApiProperty({ type: 'string', nullable: true })
  readonly description: string | null;

  /** A refunded transfer had set money aside and gave it back; a failed one never had any. @example 'completed' */
  @ApiProperty({ enum: STATUSES })
  readonly status: TransferStatus;

  /** Why it was refunded or has failed, as a stable code. @example 'account-closed' */
  @ApiProperty({ type: 'string', nullable: true })
  readonly reasonCode: string | null;

  /** The same in words. */
  @ApiProperty({ type: 'string', nullable: true })
  readonly reason: string | null;

  /** When it was asked for. */
  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly requestedAt: string;

  /** When the money must have come, or it goes back. */
  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly expiresAt: string;
}

export function viewOf({ id, terms, status, reason }: Transfer): TransferView {
  const { from, to, amount, description, requestedAt, expiresAt } = terms;
  return {
    id,
    from,
    to,
    amount: amount.minorUnits,
    currency: amount.currency,
    description: description ?? null,
    status,
    reasonCode: reason?.code ?? null,
    reason: reason?.message ?? null,
    requestedAt: requestedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}
