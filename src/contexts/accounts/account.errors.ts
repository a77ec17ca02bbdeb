import { DomainError } from '../../event-sourcing/index.js';

export class AccountClosedError extends DomainError {
  readonly code = 'account-closed';
  override readonly status = 409;

  constructor(id: string) {
    super(`Account ${id} is closed.`);
  }
}

export class AccountNotEmptyError extends DomainError {
  readonly code = 'account-not-empty';
  override readonly status = 409;

  constructor(id: string) {
    super(`Account ${id} holds money. Withdraw it, then close the account.`);
  }
}

export class InsufficientFundsError extends DomainError {
  readonly code = 'insufficient-funds';
  override readonly status = 409;

  constructor(id: string) {
    super(`Less than this amount is available in account ${id}.`);
  }
}

export class BalanceLimitError extends DomainError {
  readonly code = 'balance-limit';
  override readonly status = 409;

  constructor(id: string) {
    super(`Account ${id} would hold more than an account can.`);
  }
}

export class AlreadyReservedError extends DomainError {
  readonly code = 'already-reserved';
  override readonly status = 409;

  constructor(id: string, transferId: string) {
    super(`Account ${id} has money reserved for transfer ${transferId} already.`);
  }
}

export class NothingReservedError extends DomainError {
  readonly code = 'nothing-reserved';
  override readonly status = 409;

  constructor(id: string, transferId: string) {
    super(`Account ${id} has no money reserved for transfer ${transferId}.`);
  }
}

/** Whoever sent the money may count on it that it does not come any more. */
export class DepositExpiredError extends DomainError {
  readonly code = 'deposit-expired';
  override readonly status = 409;

  constructor(id: string, expiresAt: Date) {
    super(`The money for account ${id} was to come before ${expiresAt.toISOString()}.`);
  }
}
