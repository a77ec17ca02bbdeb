import type { EntityManager } from 'typeorm';
import { v5 } from 'uuid';
import type { ReceivedEvent } from './received-event.js';

/** Namespace of the ids of effects: any UUID of our own. */
const EFFECTS = '5a7c5cb1-3f4e-4d9c-9d0a-8f1c5f2f6f0e';

/** What a method with `@OnIntegrationEvent` is given beside the event. */
export class IntegrationContext {
  constructor(
    private readonly received: ReceivedEvent,
    private readonly consumer: string,
    /** How often the event has been tried, this time included. */
    readonly attempts: number,
    private readonly transaction: EntityManager | undefined,
  ) {}

  /** Writes in the transaction that notes the event as done. */
  get manager(): EntityManager {
    if (this.transaction) return this.transaction;
    throw new Error(
      "There is no transaction yet. Remove { transaction: 'before' } from @OnIntegrationEvent to write in the one that " +
        'notes the event as done.',
    );
  }

  /** What the event is kept in order by: its stream. */
  get key(): string {
    return this.received.key;
  }

  /** An id for what is done about this event, the same whenever the method is called for it: a command's, for example. */
  idFor(effect: string): string {
    return v5(`${this.consumer} ${this.received.identity} ${effect}`, EFFECTS);
  }
}
