import { DomainError } from '../../event-sourcing/index.js';

export class SameAccountError extends DomainError {
  readonly code = 'same-account';

  constructor(id: string) {
    super(`Account ${id} cannot pay itself. Name two accounts.`);
  }
}

export class TransferEndedError extends DomainError {
  readonly code = 'transfer-ended';
  override readonly status = 409;

  constructor(id: string, status: string) {
    super(`Transfer ${id} has ended already: it is ${status}.`);
  }
}
