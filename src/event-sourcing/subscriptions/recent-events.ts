import type { RecordedEvent } from '../store/recorded-event.js';

/** How much of the log is kept in memory. */
export interface RecentEventsLimits {
  readonly maxEvents: number;
  /** Of data and metadata together. */
  readonly maxCharacters: number;
}

const LIMITS: RecentEventsLimits = { maxEvents: 2_000, maxCharacters: 8 * 1024 * 1024 };

/** The last events of the log, as far as they may be read, so that many who follow it at its end cost one read. */
export class RecentEvents {
  private readonly events: RecordedEvent[] = [];
  private readonly sizes: number[] = [];
  private characters = 0;
  /** Everything behind it is in memory, … */
  private start = 0;
  /** … up to here. */
  private end: number | undefined;

  constructor(private readonly limits: RecentEventsLimits = LIMITS) {}

  /** How far the log is known; undefined before `startAfter`. */
  get head(): number | undefined {
    return this.end;
  }

  /** Forgets everything: what comes next stands behind this position. */
  startAfter(position: number): void {
    this.events.length = 0;
    this.sizes.length = 0;
    this.characters = 0;
    this.start = position;
    this.end = position;
  }

  /** Takes the events that follow, in their order. */
  add(events: readonly RecordedEvent[]): void {
    for (const event of events) {
      if (event.position <= (this.end ?? Infinity)) {
        throw new Error(`Event ${event.position} does not follow ${this.end}.`);
      }
      const size = JSON.stringify(event.data).length + JSON.stringify(event.metadata).length;
      this.events.push(event);
      this.sizes.push(size);
      this.characters += size;
      this.end = event.position;
    }
    this.forgetSome();
  }

  /** Notes that nothing else stands up to here. */
  reach(position: number): void {
    if (this.end !== undefined && position > this.end) this.end = position;
  }

  /** Everything behind a position and, where it is given, up to another; undefined where some of it is not known or forgotten. */
  after(position: number, upTo?: number): readonly RecordedEvent[] | undefined {
    const { start, end } = this;
    if (end === undefined || position < start || (upTo ?? 0) > end) return undefined;
    const last = upTo === undefined ? this.events.length : this.placeAfter(upTo);
    return this.events.slice(this.placeAfter(position), last);
  }

  /** Of the first event behind a position. */
  private placeAfter(position: number): number {
    let place = 0;
    let left = this.events.length;
    while (place < left) {
      const middle = (place + left) >> 1;
      if (this.events[middle].position <= position) place = middle + 1;
      else left = middle;
    }
    return place;
  }

  private forgetSome(): void {
    let count = 0;
    let { length } = this.events;
    while (length > this.limits.maxEvents || this.characters > this.limits.maxCharacters) {
      this.characters -= this.sizes[count++];
      length--;
    }
    if (count === 0) return;
    this.start = this.events[count - 1].position;
    this.events.splice(0, count);
    this.sizes.splice(0, count);
  }
}
