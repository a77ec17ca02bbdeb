import type { EntityManager } from 'typeorm';
import { EventEnvelope } from '../events/event-envelope.js';

/** When the events of a processor are handled: after they are stored, or together with it. */
export type Lifecycle = 'async' | 'inline';

/**
 * Follows the log and keeps something in the database up to date with it, such as a read model. Register the class as
 * a provider; it is found by being a subclass of this one, and started with the application.
 *
 * Every event of `eventTypes` is handled in the order of positions, by one process at a time: the owner of the
 * processor's lease. What a batch writes and the checkpoint behind it are committed in one transaction, in which the
 * lease is checked, so that each event has its effect on the database exactly once, whatever crashes or stands still.
 *
 * A batch that fails is rolled back and repeated event by event. An event that fails by itself, time after time or with
 * an `UnrecoverableError`, is parked with the later events of its stream (see `ParkedEvents`); other streams go on. That an event ends or
 * hangs its process counts as a failure of it, over all processes. While the database fails, or anything else throws an
 * `InfrastructureError` that is `retryable`, the processor waits and nothing is parked. Where its SQL does not fit the
 * tables for one event after the other, it stalls, and goes on by itself when it does.
 *
 * So a processor must write with the given manager only, keep nothing in memory from one call to the next, and wait
 * for nothing else: on PostgreSQL a transaction that is silent for twice the length of the lease is broken off.
 */
export abstract class Processor {
  /** Names the checkpoint. Keep it when the class is renamed; another name starts from the beginning. */
  abstract readonly name: string;

  /**
   * Of the making of what it keeps; a database that holds a higher version is left alone. 0 where versions mean
   * nothing.
   */
  readonly version: number = 0;

  /** The stored types it wants to see. */
  abstract readonly eventTypes: readonly string[];

  /** Where it begins when it runs for the first time: at the beginning of the log, or behind its last event. */
  readonly startsAt: 'beginning' | 'now' = 'beginning';

  /**
   * Who handles its events: the loop that follows the log; or the transactions they are appended in as well, so that
   * they are handled when the append is answered (see `ProjectionOptions.lifecycle` for what may be relied on).
   */
  readonly lifecycle: Lifecycle = 'async';

  /** Writes what the event means, with this manager only and without other effects. */
  abstract handle(envelope: EventEnvelope, manager: EntityManager): Promise<void>;

  /** As `handle`, for several events in their order. Override it where fewer statements can say the same. */
  async handleBatch(envelopes: readonly EventEnvelope[], manager: EntityManager): Promise<void> {
    for (const envelope of envelopes) await this.handle(envelope, manager);
  }
}
