/** The root of every error the kit throws. `code` is stable; messages may be reworded. */
export abstract class EventSourcingError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/**
 * A rule of the business, or of the request, was not met: the caller can do something about it.
 * Extend it for your own rules; over HTTP its `code` and `status` become the problem's.
 */
export abstract class DomainError extends EventSourcingError {
  /** The HTTP status that tells this kind of refusal best (400 to 499). */
  readonly status: number = 422;
}

/** Something under the application failed. `retryable` says whether the same call may succeed later. */
export abstract class InfrastructureError extends EventSourcingError {
  abstract readonly retryable: boolean;
}

/** The program is put together wrongly. Thrown at boot, with every problem found and what to type for each. */
export class ConfigurationError extends EventSourcingError {
  readonly code = 'configuration';

  constructor(readonly problems: readonly string[]) {
    super(
      problems.length === 1
        ? problems[0]
        : `${problems.length} problems:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
  }
}
