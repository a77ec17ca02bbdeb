import type { EntityManager } from 'typeorm';
import type { EventEnvelope } from '../events/event-envelope.js';

/** What an `@On` method is given beside the event. */
export class ProjectionContext {
  constructor(
    /** The event with all that was recorded about it: stream, revision, position, time, metadata, id. */
    readonly envelope: EventEnvelope,
    /** Writes in the transaction that moves the checkpoint behind the event. Use no other. */
    readonly manager: EntityManager,
  ) {}
}
