import { Money } from '../../common/money/money.value-object.js';
import { DomainEvent } from '../../event-sourcing/index.js';

/** Why a transfer did not do what it was to do. The code is stable. */
export interface TransferReason {
  readonly code: string;
  readonly message: string;
}

@DomainEvent('transfer.requested', { version: 1 })
export class TransferRequested {
  constructor(
    readonly transferId: string,
    /** The account that pays. */
    readonly from: string,
    /** The account that is paid. */
    readonly to: string,
    readonly amount: Money,
    readonly requestedAt: Date,
    /** When the money must have come, or it goes back. */
    readonly expiresAt: Date,
    readonly description?: string,
  ) {}
}

/** The money has come. */
@DomainEvent('transfer.completed', { version: 1 })
export class TransferCompleted {
  constructor(readonly transferId: string) {}
}

/** The money was set aside, could not come, and is available again. */
@DomainEvent('transfer.refunded', { version: 1 })
export class TransferRefunded {
  constructor(
    readonly transferId: string,
    readonly reason: TransferReason,
  ) {}
}

/** No money was set aside. */
@DomainEvent('transfer.failed', { version: 1 })
export class TransferFailed {
  constructor(
    readonly transferId: string,
    readonly reason: TransferReason,
  ) {}
}
