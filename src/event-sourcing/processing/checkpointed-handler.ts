import type { EntityManager } from 'typeorm';
import { EventEnvelope } from '../events/event-envelope.js';

/**
 * Follows the log and keeps something in the database up to date with it, such as a read model. Register the class as
 * a provider; it is found by being a subclass of this one, and started with the application.
 *
 * Every event of `eventTypes` is handled in the order of positions. The events of a batch and the checkpoint behind
 * them are committed in one transaction, so that each has its effect on the database exactly once, whatever crashes
 * and however many processes run the handler. Other effects belong in `prepareBatch`.
 */
export abstract class CheckpointedHandler {
  /** Names the checkpoint. Keep it when the class is renamed; another name starts from the beginning. */
  abstract readonly name: string;

  /** The stored types it wants to see. */
  abstract readonly eventTypes: readonly string[];

  /**
   * For what cannot be part of the transaction, such as sending commands. It is called before the transaction of a
   * batch begins, in the order of batches, and again after a failure: at least once, by one or several processes.
   * Commands whose ids are derived from the events' still take effect once.
   */
  async prepareBatch(_envelopes: readonly EventEnvelope[]): Promise<void> {}

  /** Writes what the event means, with this manager only and without other effects. */
  abstract handle(envelope: EventEnvelope, manager: EntityManager): Promise<void>;

  /** As `handle`, for several events in their order. Override it where fewer statements can say the same. */
  async handleBatch(envelopes: readonly EventEnvelope[], manager: EntityManager): Promise<void> {
    for (const envelope of envelopes) await this.handle(envelope, manager);
  }
}
