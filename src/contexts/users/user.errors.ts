import { DomainError } from '../../event-sourcing/index.js';

export class UsernameTakenError extends DomainError {
  readonly code = 'username-taken';
  override readonly status = 409;

  constructor(username: string) {
    super(`The user name "${username}" is taken. Choose another one.`);
  }
}

export class EmailTakenError extends DomainError {
  readonly code = 'email-taken';
  override readonly status = 409;

  constructor(email: string) {
    super(`The e-mail address "${email}" belongs to another user. Use another one.`);
  }
}

export class UserDeactivatedError extends DomainError {
  readonly code = 'user-deactivated';
  override readonly status = 409;

  constructor(id: string) {
    super(`User ${id} is deactivated and can no longer be changed.`);
  }
}
