import { Readable } from 'node:stream';
import type { RecordedEvent, SubscribedEvents } from '../../event-sourcing/index.js';
import { eventFrame, heartbeatFrame, OPENING, sharedEventFrame } from './event-frame.js';

export interface SubscriptionStreamOptions {
  /** Where it begins. */
  readonly after: number;
  /** Something is sent at least so often. */
  readonly heartbeatMs: number;
  /** A reader that takes nothing for so long is cut off. */
  readonly patienceMs: number;
}

/** Where the log moves on and nothing of it is wanted, the reader is told soon. */
const PROGRESS_MS = 200;
const CHUNK_CHARACTERS = 32 * 1024;

/**
 * A subscription as Server-Sent Events. It asks for more only as fast as its reader takes it, and keeps no more in memory
 * than the part of the log at hand.
 */
export class SubscriptionStream extends Readable {
  private events: readonly RecordedEvent[] = [];
  private frameOf: (event: RecordedEvent) => string = eventFrame;
  private sent = 0;
  private through: number;
  /** How far the reader knows that it is. */
  private said: number;
  private next: Promise<IteratorResult<SubscribedEvents, void>> | undefined;
  private isOpened = false;
  private patience: NodeJS.Timeout | undefined;

  /**
   * @param subscription the events, whose end is the end of the stream
   * @param end ends the subscription
   */
  constructor(
    private readonly subscription: AsyncGenerator<SubscribedEvents, void>,
    private readonly end: () => void,
    private readonly options: SubscriptionStreamOptions,
  ) {
    super({ encoding: 'utf8' });
    this.through = options.after;
    this.said = options.after;
  }

  override _read(): void {
    clearTimeout(this.patience);
    this.chunk().then(
      (chunk) => this.hand(chunk),
      (error: unknown) => this.destroy(error as Error),
    );
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.patience);
    this.end();
    // What it is waiting for ends with the subscription.
    this.subscription.return().then(
      () => done(error),
      () => done(error),
    );
  }

  private hand(chunk: string | null): void {
    if (this.destroyed || this.push(chunk) || chunk === null) return;
    this.patience = setTimeout(
      () => this.destroy(new Error('The reader of a subscription has taken nothing for too long.')),
      this.options.patienceMs,
    );
  }

  /** What to send next, as soon as there is something; null at the end. */
  private async chunk(): Promise<string | null> {
    if (!this.isOpened) {
      this.isOpened = true;
      return OPENING;
    }
    const begun = performance.now();
    while (this.sent === this.events.length) {
      this.next ??= this.subscription.next();
      const waitMs = this.through === this.said ? this.options.heartbeatMs : PROGRESS_MS;
      const part = await within(begun + waitMs - performance.now(), this.next);
      if (part === undefined) {
        this.said = this.through;
        return heartbeatFrame(this.through);
      }
      this.next = undefined;
      if (part.done) return null;
      this.events = part.value.events;
      this.frameOf = part.value.isShared ? sharedEventFrame : eventFrame;
      this.through = part.value.through;
      this.sent = 0;
    }
    return this.frames();
  }

  private frames(): string {
    let frames = '';
    this.said = this.events[this.events.length - 1].position;
    while (this.sent < this.events.length && frames.length < CHUNK_CHARACTERS) {
      frames += this.frameOf(this.events[this.sent++]);
    }
    return frames;
  }
}

/** What a promise resolves to; undefined where that takes longer. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, ms), undefined);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
