import { Injectable, Logger } from '@nestjs/common';
import { EventMetadata } from '../store/recorded-event.js';
import { AppendedEvent } from '../store/event-store.js';

/** An event this process has stored: the instance that was published, and where it stands. */
export type CommittedEvent = AppendedEvent & {
  readonly event: object;
  readonly type: string;
  readonly metadata: EventMetadata;
};

/** Hears of the events of one append, in the order of positions. It is not awaited. */
export type CommittedEventsListener = (events: readonly CommittedEvent[]) => void;

/** Tells the rest of the process what it has just stored, append by append, in the order of positions. */
@Injectable()
export class CommittedEvents {
  private readonly logger = new Logger(CommittedEvents.name);
  private readonly listeners = new Set<CommittedEventsListener>();

  /** @returns a function that ends the subscription. */
  subscribe(listener: CommittedEventsListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Never throws: what was stored is stored, whatever a listener makes of it. */
  announce(events: readonly CommittedEvent[]): void {
    for (const listener of this.listeners) {
      try {
        listener(events);
      } catch (error) {
        this.logger.error('A listener to committed events failed.', error);
      }
    }
  }
}
