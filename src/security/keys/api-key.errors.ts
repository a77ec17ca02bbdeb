import { DomainError, InfrastructureError } from '../../event-sourcing/index.js';

/** There is a key of this name, and it is in force. */
export class ApiKeyNameTakenError extends DomainError {
  readonly code = 'key-name-taken';
  override readonly status = 409;

  constructor(name: string) {
    super(
      `There is a key "${name}" already. Choose another name, or type: hub keys revoke ${name}`,
    );
  }
}

/** A key that is to be revoked is not there, or was revoked before. */
export class ApiKeyNotFoundError extends DomainError {
  readonly code = 'key-not-found';
  override readonly status = 404;

  constructor(idOrName: string) {
    super(`There is no key "${idOrName}" in force. To see which there are: hub keys list`);
  }
}

/** The table of keys could not be read, so that nobody can say whether a key is good. */
export class ApiKeysUnavailableError extends InfrastructureError {
  readonly code = 'keys-unavailable';
  readonly retryable = true;

  constructor(cause: unknown) {
    super(`The keys cannot be read: ${String(cause)}`, { cause });
  }
}
