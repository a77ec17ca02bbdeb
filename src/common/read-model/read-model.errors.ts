import { InfrastructureError } from '../../event-sourcing/index.js';

/** A read model does not have what was in the log when it was asked, and did not get it in time. */
export class ReadModelBehindError extends InfrastructureError {
  readonly code = 'read-model-behind';
  readonly retryable = true;

  constructor(handler: string) {
    super(`What "${handler}" keeps is behind the log. Ask again in a moment.`);
  }
}

/** The database broke off while a read model was read. */
export class ReadModelUnavailableError extends InfrastructureError {
  readonly code = 'read-model-unavailable';
  readonly retryable = true;

  constructor(handler: string, cause: unknown) {
    super(`What "${handler}" keeps cannot be read: ${String(cause)}`, { cause });
  }
}
