import { InvalidAmountError } from '../../common/money/money.errors.js';
import { Aggregate, AggregateRoot } from '../../event-sourcing/index.js';
import { SameAccountError, TransferEndedError } from './transfer.errors.js';
import {
  TransferCompleted,
  TransferFailed,
  type TransferReason,
  TransferRefunded,
  TransferRequested,
} from './transfer.events.js';

export type TransferStatus = 'pending' | 'completed' | 'refunded' | 'failed';

/** What is asked for: so much money, from one account to another, in time. */
export type TransferTerms = Omit<TransferRequested, 'transferId'>;

@Aggregate('transfer')
export class Transfer extends AggregateRoot {
  private _terms: TransferTerms | undefined;
  private _status: TransferStatus = 'pending';
  private _reason: TransferReason | undefined;

  static request(
    id: string,
    { from, to, amount, requestedAt, expiresAt, description }: TransferTerms,
  ): Transfer {
    if (from === to) throw new SameAccountError(from);
    if (amount.isZero) throw new InvalidAmountError('The amount must be more than nothing.');
    const transfer = new Transfer(id);
    transfer.apply(
      new TransferRequested(id, from, to, amount, requestedAt, expiresAt, description),
    );
    return transfer;
  }

  get terms(): TransferTerms {
    if (!this._terms) throw new Error(`Transfer ${this.id} was never requested.`);
    return this._terms;
  }

  get status(): TransferStatus {
    return this._status;
  }

  /** Why it was refunded or has failed. */
  get reason(): TransferReason | undefined {
    return this._reason;
  }

  complete(): void {
    this.assertPending();
    this.apply(new TransferCompleted(this.id));
  }

  refund(reason: TransferReason): void {
    this.assertPending();
    this.apply(new TransferRefunded(this.id, reason));
  }

  fail(reason: TransferReason): void {
    this.assertPending();
    this.apply(new TransferFailed(this.id, reason));
  }

  protected onTransferRequested({ transferId: _, ...terms }: TransferRequested): void {
    this._terms = terms;
  }

  protected onTransferCompleted(): void {
    this._status = 'completed';
  }

  protected onTransferRefunded({ reason }: TransferRefunded): void {
    this._status = 'refunded';
    this._reason = reason;
  }

  protected onTransferFailed({ reason }: TransferFailed): void {
    this._status = 'failed';
    this._reason = reason;
  }

  private assertPending(): void {
    if (this._status !== 'pending') throw new TransferEndedError(this.id, this._status);
  }
}
