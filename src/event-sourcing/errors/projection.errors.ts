import { DomainError, InfrastructureError } from './event-sourcing.error.js';

/**
 * A projection was about to store an event or to send a command. It would do so again whenever it is run again, and on
 * SQLite an append would wait for the very transaction the projection runs in.
 */
export class SideEffectError extends InfrastructureError {
  readonly code = 'side-effect-in-projection';
  readonly retryable = false;

  constructor(projection: string, deed: string) {
    super(
      `Projection "${projection}" was about to ${deed}. A projection writes its read model and does nothing else: ` +
        'move this to a class with @EventsHandler.',
    );
  }
}

/** No module of this process has a projection of that name. */
export class ProjectionNotFoundError extends DomainError {
  readonly code = 'projection-not-found';
  override readonly status = 404;

  constructor(name: string, known: readonly string[]) {
    super(
      `There is no projection named "${name}"` +
        (known.length > 0 ? `; there are ${known.map((each) => `"${each}"`).join(', ')}.` : '.'),
    );
  }
}

/** The projection is declared in a way in which it cannot be built beside itself. */
export class ProjectionNotRebuildableError extends DomainError {
  readonly code = 'projection-not-rebuildable';
  override readonly status = 409;

  constructor(name: string, reason: string) {
    super(`The projection "${name}" cannot be rebuilt. ${reason}`);
  }
}

/** A newer version of the projection is being built, by a process that has it. */
export class NewerRebuildUnderWayError extends DomainError {
  readonly code = 'newer-rebuild-under-way';
  override readonly status = 409;

  constructor(name: string, version: number) {
    super(
      `Version ${version} of "${name}" is being built. Cancel that before you build an older one.`,
    );
  }
}

/** A read model was not compared with the log. */
export class VerificationFailedError extends DomainError {
  readonly code = 'verification-failed';
  override readonly status = 409;

  constructor(name: string, reason: string) {
    super(`The verification of "${name}" has ended without a result. ${reason}`);
  }
}

/**
 * A projection with the lifecycle `inline` failed at an event of an append, and so nothing of the append was stored. What
 * its method threw, or what the database said of the row it wrote, is the `cause`, and is logged.
 */
export class EventRefusedError extends DomainError {
  readonly code = 'event-refused';
  override readonly status = 409;

  constructor(
    readonly projection: string,
    cause: unknown,
  ) {
    super(`The projection "${projection}" cannot take this change, and nothing of it was stored.`, {
      cause,
    });
  }
}
