import { Injectable, Logger, OnModuleDestroy } from '@nestjs/common';
import { Alarm } from '../processing/alarm.js';
import { EventStore } from '../store/event-store.js';
import { LogFeed } from '../store/log-feed.js';
import type { RecordedEvent } from '../store/recorded-event.js';
import { type LogFilter, matcherOf } from './log-filter.js';
import { RecentEvents } from './recent-events.js';

/** What a subscription is to bring. */
export interface SubscribeOptions extends LogFilter {
  /** Only events with a higher position. @default 0 */
  readonly after?: number;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** A part of the log as one subscriber gets it. */
export interface SubscribedEvents {
  /** May be none, where nothing of it is wanted. */
  readonly events: readonly RecordedEvent[];
  /** Nothing else that is wanted stands up to here. */
  readonly through: number;
  /** Whether they are kept for all: other subscribers get the same objects. */
  readonly isShared: boolean;
}

const POLL_MS = 200;
/** When somebody says that there is something new, looking is only for what was not heard. */
const POLL_BESIDE_WATCH_MS = 1_000;
/** While events keep coming, reads of the end of the log start this far apart. */
const GATHER_MS = 10;
/** Further behind, what was missed is left to the subscribers to read. */
const MAX_CATCH_UP = 2_000;

/**
 * Lets many follow the log: first what is there, then what is appended by any process, without a gap between the two.
 * The end of the log is read once for all of them and kept in memory; whoever is further behind reads by himself, and
 * whoever takes his time keeps nobody waiting.
 */
@Injectable()
export class LogSubscriptions implements OnModuleDestroy {
  private readonly logger = new Logger(LogSubscriptions.name);
  private readonly recent = new RecentEvents();
  private readonly waiting = new Set<() => void>();
  private readonly alarm = new Alarm();
  private subscribers = 0;
  private isStopped = false;
  private keepingUp: Promise<void> | undefined;
  private isFailing = false;

  constructor(
    private readonly store: EventStore,
    private readonly feed: LogFeed,
  ) {}

  /**
   * The events of the log in the order of their positions, each once; then those that are appended, as long as somebody
   * asks for the next part. It ends, without an error, with the signal or the application.
   *
   * Parts without an event say how far the log has been looked through. Memory is bounded: a part is a page of the log, or
   * what is kept of its end for all.
   *
   * @throws StoreUnavailableError when the log cannot be read; subscribe again after the last position.
   */
  async *subscribe({
    after = 0,
    signal,
    ...filter
  }: SubscribeOptions): AsyncGenerator<SubscribedEvents, void> {
    const isWanted = matcherOf(filter);
    const isOver = (): boolean => signal.aborted || this.isStopped;
    let position = after;
    this.join();
    try {
      while (!isOver()) {
        const recent = this.recent.after(position);
        if (recent === undefined) {
          for await (const part of this.read(position, filter)) {
            if (isOver()) return;
            position = part.through;
            yield part;
          }
        } else if (recent.length > 0) {
          position = recent[recent.length - 1].position;
          yield { events: recent.filter(isWanted), through: position, isShared: true };
        }
        // What has come meanwhile is seen before anybody waits.
        if (!isOver() && !this.isBehind(position)) await this.moved(signal);
      }
    } finally {
      this.leave();
    }
  }

  /** How many subscriptions there are. */
  get count(): number {
    return this.subscribers;
  }

  /** Ends every subscription. */
  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    this.alarm.stop();
    this.tellWaiting();
    await this.keepingUp;
  }

  /** Whether there may be more after a position than its subscriber has seen. */
  private isBehind(position: number): boolean {
    const recent = this.recent.after(position);
    return recent === undefined ? this.recent.head !== undefined : recent.length > 0;
  }

  private async *read(after: number, filter: LogFilter): AsyncGenerator<SubscribedEvents> {
    const head = await this.store.headPosition();
    if (head > after) {
      for await (const events of this.store.readLogPages({ ...filter, after, upTo: head })) {
        yield { events, through: events[events.length - 1].position, isShared: false };
      }
    }
    yield { events: [], through: Math.max(after, head), isShared: false };
  }

  private join(): void {
    this.subscribers++;
    this.keepingUp ??= this.keepUp();
  }

  private leave(): void {
    this.subscribers--;
    if (this.subscribers === 0) this.alarm.ring();
  }

  /** Resolves when the end of the log has moved on, or the subscription is to end. */
  private moved(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  private tellWaiting(): void {
    for (const wake of [...this.waiting]) wake();
  }

  /** Follows the end of the log while there are subscribers. */
  private async keepUp(): Promise<void> {
    const end = this.feed.listen(() => this.alarm.ring());
    while (this.subscribers > 0 && !this.isStopped) {
      this.alarm.set();
      await this.readOn();
      const pollMs = this.feed.isLive ? POLL_BESIDE_WATCH_MS : POLL_MS;
      if (!this.isStopped) await this.alarm.rest(pollMs, () => GATHER_MS);
    }
    end();
    this.keepingUp = undefined;
    // Somebody may have come while the last turn ended.
    if (this.subscribers > 0 && !this.isStopped) this.keepingUp = this.keepUp();
  }

  private async readOn(): Promise<void> {
    try {
      const head = await this.feed.head();
      const { head: known } = this.recent;
      // A log that was restored may end before what was known of it.
      if (known === undefined || head < known || head - known > MAX_CATCH_UP) {
        this.recent.startAfter(head);
      } else if (head > known) {
        const pages = this.store.readLogPages({ after: known, upTo: head });
        for await (const events of pages) this.recent.add(events);
      }
      if (known !== head) this.tellWaiting();
      this.isFailing = false;
    } catch (error) {
      if (!this.isFailing) {
        this.logger.warn(
          `The end of the log cannot be read, and is asked for again: ${String(error)}`,
        );
      }
      this.isFailing = true;
    }
  }
}
