import { Money } from '../../common/money/money.value-object.js';
import { DomainEvent } from '../../event-sourcing/index.js';

@DomainEvent('account.opened', { version: 1 })
export class AccountOpened {
  constructor(
    readonly owner: string,
    readonly currency: string,
  ) {}
}

@DomainEvent('money.deposited', { version: 1 })
export class MoneyDeposited {
  constructor(
    readonly amount: Money,
    readonly description?: string,
    readonly transferId?: string,
  ) {}
}

@DomainEvent('money.withdrawn', { version: 1 })
export class MoneyWithdrawn {
  constructor(
    readonly amount: Money,
    readonly description?: string,
  ) {}
}

@DomainEvent('money.reserved', { version: 1 })
export class MoneyReserved {
  constructor(
    readonly amount: Money,
    readonly transferId: string,
  ) {}
}

@DomainEvent('money.released', { version: 1 })
export class MoneyReleased {
  constructor(
    readonly amount: Money,
    readonly transferId: string,
  ) {}
}

@DomainEvent('money.captured', { version: 1 })
export class MoneyCaptured {
  constructor(
    readonly amount: Money,
    readonly transferId: string,
    readonly description?: string,
  ) {}
}

@DomainEvent('account.closed', { version: 1 })
export class AccountClosed {}
