import { DomainEvent, ValueObject } from '../../src/event-sourcing/index.js';

@ValueObject('test-amount')
export class Amount {
  constructor(
    readonly cents: bigint,
    readonly currency: string,
  ) {}

  plus({ cents }: Amount): Amount {
    return new Amount(this.cents + cents, this.currency);
  }
}

@DomainEvent('ledger.opened')
export class LedgerOpened {
  constructor(
    readonly owner: string,
    readonly at: Date,
  ) {}
}

@DomainEvent('ledger.booked')
export class Booked {
  constructor(
    readonly account: string,
    readonly cents: bigint,
  ) {}
}

@DomainEvent('ledger.handed-over')
export class LedgerHandedOver {
  constructor(readonly to: string | null) {}
}
