import type { CommittedEvents } from '../events/committed-events.js';
import type { EventStore } from './event-store.js';
import type { DatabaseWatch } from './typeorm/database-watch.js';

/**
 * Tells those who follow the log that it has grown, whoever has appended. What it tells are hints: they may come late, twice,
 * for nothing, or not at all, and whoever depends on them looks now and then by himself.
 */
export abstract class LogFeed {
  /** Whether it hears of the appends of other processes at the moment. While it does not, look more often. */
  abstract readonly isLive: boolean;

  /** @returns a function that ends it. */
  abstract listen(listener: () => void): () => void;

  /**
   * Up to where there is something to read now: the head of the log, or what a feed has been told of it, which may be a little
   * less, and costs nothing to ask.
   *
   * @throws StoreUnavailableError
   */
  abstract head(): Promise<number>;
}

/** Of a log in the database of this process. */
export class DatabaseFeed extends LogFeed {
  constructor(
    private readonly store: Pick<EventStore, 'headPosition'>,
    private readonly committed: CommittedEvents,
    private readonly watch: DatabaseWatch | undefined,
  ) {
    super();
  }

  override get isLive(): boolean {
    return this.watch?.isLive ?? false;
  }

  override listen(listener: () => void): () => void {
    const ends = [this.committed.subscribe(listener), this.watch?.listen({ appended: listener })];
    return () => ends.forEach((end) => end?.());
  }

  override head(): Promise<number> {
    return this.store.headPosition();
  }
}

/** Of a log of which nobody tells anything. */
export class UnheardFeed extends LogFeed {
  override readonly isLive = false;

  constructor(private readonly store: Pick<EventStore, 'headPosition'>) {
    super();
  }

  override listen(): () => void {
    return () => undefined;
  }

  override head(): Promise<number> {
    return this.store.headPosition();
  }
}
