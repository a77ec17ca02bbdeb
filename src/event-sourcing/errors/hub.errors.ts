import { DomainError, InfrastructureError } from './event-sourcing.error.js';

/** The hub has refused events for a reason of its own, and stored nothing of them. `code` is the one that it gives. */
export class RefusedByHubError extends DomainError {
  override readonly status: number;

  constructor(
    readonly code: string,
    status: number,
    detail: string,
  ) {
    super(`The hub refuses this: ${detail}`);
    this.status = status;
  }
}

/**
 * The hub does not know this service, or does not let it do what it is about to. Nothing is lost: the same call succeeds
 * when its key is put right.
 */
export class HubAccessError extends InfrastructureError {
  readonly code = 'hub-access';
  readonly retryable = true;

  constructor(detail: string) {
    super(
      `The hub does not let this service in: ${detail} Look at HUB_KEY, and at its rights where the hub is: hub keys list`,
    );
  }
}
