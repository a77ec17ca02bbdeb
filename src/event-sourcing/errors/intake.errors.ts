import { DomainError } from './event-sourcing.error.js';

/** Somebody outside was about to store what only an aggregate, a saga or the event bus of this process stores. */
export class ReservedCategoryError extends DomainError {
  readonly code = 'category-reserved';
  override readonly status = 403;

  constructor(streamOrType: string, category: string, owner: string) {
    super(
      `"${streamOrType}" belongs to ${owner}, which alone stores events in streams "${category}-…" and of types ` +
        `"${category}.…". Send it a command, or use a category of your own.`,
    );
  }
}

/** Somebody outside was about to write metadata that only this process writes. */
export class ReservedMetadataError extends DomainError {
  readonly code = 'metadata-reserved';
  override readonly status = 400;

  constructor(key: string, eventId: string) {
    super(`The metadata of event ${eventId} has "${key}", which is written here. Leave it out.`);
  }
}

/**
 * An event is of a type that this process reads, and it could not read it. Had it been stored, whatever follows events of
 * the type would wait for it for ever.
 */
export class UnreadableEventError extends DomainError {
  readonly code = 'unreadable-event';
  override readonly status = 422;

  constructor(
    { id, type, version }: { readonly id: string; readonly type: string; readonly version: number },
    options?: ErrorOptions,
  ) {
    super(
      `Event ${id} cannot be read here: "${type}" is declared, and this is not what version ${version} of it looks ` +
        'like, or there is no such version. Send a version that is declared, as it is declared.',
      options,
    );
  }
}
