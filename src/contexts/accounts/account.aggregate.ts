import { InvalidAmountError } from '../../common/money/money.errors.js';
import { MAX_MINOR_UNITS, Money } from '../../common/money/money.value-object.js';
import { Aggregate, AggregateRoot } from '../../event-sourcing/index.js';
import {
  AccountClosedError,
  AccountNotEmptyError,
  AlreadyReservedError,
  BalanceLimitError,
  InsufficientFundsError,
  NothingReservedError,
} from './account.errors.js';
import {
  AccountClosed,
  AccountOpened,
  MoneyCaptured,
  MoneyDeposited,
  MoneyReleased,
  MoneyReserved,
  MoneyWithdrawn,
} from './account.events.js';

export type AccountStatus = 'open' | 'closed';

const NO_CURRENCY = 'XXX';

@Aggregate('account')
export class Account extends AggregateRoot {
  private _owner = '';
  private _balance = new Money(0, NO_CURRENCY);
  private _status: AccountStatus = 'open';
  private readonly reservations = new Map<string, Money>();

  static open(id: string, owner: string, currency: string): Account {
    const account = new Account(id);
    account.apply(new AccountOpened(owner, currency));
    return account;
  }

  get owner(): string {
    return this._owner;
  }

  get balance(): Money {
    return this._balance;
  }

  /** The balance without what is reserved for transfers. */
  get available(): Money {
    return [...this.reservations.values()].reduce(
      (available, reserved) => available.minus(reserved),
      this._balance,
    );
  }

  get status(): AccountStatus {
    return this._status;
  }

  deposit(amount: Money, description?: string, transferId?: string): void {
    this.assertOpen();
    assertPositive(amount);
    if (amount.isMoreThan(this.room)) throw new BalanceLimitError(this.id);
    this.apply(new MoneyDeposited(amount, description, transferId));
  }

  withdraw(amount: Money, description?: string): void {
    this.assertAvailable(amount);
    this.apply(new MoneyWithdrawn(amount, description));
  }

  /** Sets money aside for a transfer, until that captures or releases it. */
  reserve(transferId: string, amount: Money): void {
    if (this.reservations.has(transferId)) throw new AlreadyReservedError(this.id, transferId);
    this.assertAvailable(amount);
    this.apply(new MoneyReserved(amount, transferId));
  }

  release(transferId: string): void {
    this.apply(new MoneyReleased(this.reservedFor(transferId), transferId));
  }

  capture(transferId: string, description?: string): void {
    this.apply(new MoneyCaptured(this.reservedFor(transferId), transferId, description));
  }

  close(): void {
    if (this._status === 'closed') return;
    if (!this._balance.isZero) throw new AccountNotEmptyError(this.id);
    this.apply(new AccountClosed());
  }

  protected onAccountOpened({ owner, currency }: AccountOpened): void {
    this._owner = owner;
    this._balance = new Money(0, currency);
  }

  protected onMoneyDeposited({ amount }: MoneyDeposited): void {
    this._balance = this._balance.plus(amount);
  }

  protected onMoneyWithdrawn({ amount }: MoneyWithdrawn): void {
    this._balance = this._balance.minus(amount);
  }

  protected onMoneyReserved({ amount, transferId }: MoneyReserved): void {
    this.reservations.set(transferId, amount);
  }

  protected onMoneyReleased({ transferId }: MoneyReleased): void {
    this.reservations.delete(transferId);
  }

  protected onMoneyCaptured({ amount, transferId }: MoneyCaptured): void {
    this.reservations.delete(transferId);
    this._balance = this._balance.minus(amount);
  }

  protected onAccountClosed(): void {
    this._status = 'closed';
  }

  private get room(): Money {
    const { minorUnits, currency } = this._balance;
    return new Money(MAX_MINOR_UNITS - minorUnits, currency);
  }

  private reservedFor(transferId: string): Money {
    const reserved = this.reservations.get(transferId);
    if (!reserved) throw new NothingReservedError(this.id, transferId);
    return reserved;
  }

  private assertAvailable(amount: Money): void {
    this.assertOpen();
    assertPositive(amount);
    if (amount.isMoreThan(this.available)) throw new InsufficientFundsError(this.id);
  }

  private assertOpen(): void {
    if (this._status === 'closed') throw new AccountClosedError(this.id);
  }
}

function assertPositive(amount: Money): void {
  if (amount.isZero) throw new InvalidAmountError('The amount must be more than nothing.');
}
