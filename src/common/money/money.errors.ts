import { DomainError } from '../../event-sourcing/index.js';

export class InvalidAmountError extends DomainError {
  readonly code = 'invalid-amount';
}

export class CurrencyMismatchError extends DomainError {
  readonly code = 'currency-mismatch';
  override readonly status = 409;

  constructor(one: string, other: string) {
    super(`${one} and ${other} cannot be mixed. Use the currency of the account.`);
  }
}
