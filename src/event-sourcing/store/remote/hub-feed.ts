import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { createParser, EventSourceParser } from 'eventsource-parser';
import { matcherOf } from '../../subscriptions/log-filter.js';
import { RecentEvents } from '../../subscriptions/recent-events.js';
import type { ReadLogOptions } from '../event-store.js';
import { LogFeed } from '../log-feed.js';
import type { RecordedEvent } from '../recorded-event.js';
import type { HubClient } from './hub-client.js';
import { recordedEventIn } from './hub-event.js';
import { pathWith } from './remote-reads.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** Three signs of life of a hub's that did not come. */
const SILENCE_MS = 45_000;
const THROUGH = /^through (\d+)$/;

/**
 * A subscription to the hub, from the end of the log on: what is stored is here at once, and whoever follows the log in this
 * process reads it from memory. While the hub is away it connects again and again, and whoever follows asks the hub.
 */
export class HubFeed extends LogFeed {
  private readonly logger = new Logger(HubFeed.name);
  private readonly listeners = new Set<() => void>();
  private readonly stopping = new AbortController();
  private readonly events = new RecentEvents();
  private running: Promise<void> | undefined;
  private isConnected = false;
  private isFailing = false;

  constructor(
    private readonly hub: HubClient,
    private readonly headPosition: () => Promise<number>,
  ) {
    super();
  }

  override get isLive(): boolean {
    return this.isConnected;
  }

  override listen(listener: () => void): () => void {
    this.listeners.add(listener);
    this.running ??= this.keepFollowing();
    return () => void this.listeners.delete(listener);
  }

  override head(): Promise<number> {
    const { head } = this.events;
    return this.isConnected && head !== undefined ? Promise.resolve(head) : this.headPosition();
  }

  /** What `EventStore.readLog` would yield, if all of it has come and is in memory still. */
  recent(options: ReadLogOptions): readonly RecordedEvent[] | undefined {
    const { after = 0, upTo, direction, limit = Infinity } = options;
    if (!this.isConnected || upTo === undefined || direction === 'backwards') return undefined;
    return this.events.after(after, upTo)?.filter(matcherOf(options)).slice(0, limit);
  }

  /** Resolves when nothing is open any more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async keepFollowing(): Promise<void> {
    const { signal } = this.stopping;
    let pauseMs = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      await this.follow().catch((error: unknown) => signal.aborted || this.complain(error));
      if (this.isConnected) pauseMs = FIRST_PAUSE_MS;
      this.isConnected = false;
      const jitteredMs = pauseMs * (0.5 + Math.random());
      await delay(jitteredMs, undefined, { signal }).catch(() => undefined);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
  }

  /** Resolves when the hub has ended it, as it does when it stops. */
  private async follow(): Promise<void> {
    const after = await this.headPosition();
    const ending = new AbortController();
    const signal = AbortSignal.any([this.stopping.signal, ending.signal]);
    const silence = setTimeout(() => ending.abort(), SILENCE_MS);
    try {
      const path = pathWith('/events/subscribe', { after });
      const { body } = await this.hub.follow(path, undefined, signal);
      this.events.startAfter(after);
      this.isConnected = true;
      this.isFailing = false;
      this.ring();
      const parser = this.parser();
      const text = new TextDecoder();
      for await (const bytes of body) {
        silence.refresh();
        parser.feed(text.decode(bytes, { stream: true }));
        this.ring();
      }
    } finally {
      clearTimeout(silence);
    }
  }

  private parser(): EventSourceParser {
    return createParser({
      onEvent: ({ data }) => this.events.add([recordedEventIn(data)]),
      onComment: (comment) => {
        const [, position] = THROUGH.exec(comment) ?? [];
        if (position !== undefined) this.events.reach(Number(position));
      },
    });
  }

  private ring(): void {
    for (const listener of this.listeners) listener();
  }

  private complain(error: unknown): void {
    if (!this.isFailing) {
      this.logger.warn(`The hub tells nothing at the moment, and is asked again: ${String(error)}`);
    }
    this.isFailing = true;
  }
}
