import type { RecordedEvent } from '../store/recorded-event.js';

/** How much of the log is kept in memory. */
export interface RecentEventsLimits {
  readonly maxEvents: number;
  /** Of data and metadata together. */
  readonly maxCharacters: number;
}

const LIMITS: RecentEventsLimits = { maxEvents: 2_000, maxCharacters: 8 * 1024 * 1024 };

/** The last events of the log without a gap, so that many who follow it at its end cost one read. */
export class RecentEvents {
  private readonly events: RecordedEvent[] = [];
  private readonly sizes: number[] = [];
  private characters = 0;
  private last: number | undefined;

  constructor(private readonly limits: RecentEventsLimits = LIMITS) {}

  /** The position of the last event that is known; undefined before `startAfter`. */
  get head(): number | undefined {
    return this.last;
  }

  /** Forgets everything: the next event is the one after this position. */
  startAfter(position: number): void {
    this.events.length = 0;
    this.sizes.length = 0;
    this.characters = 0;
    this.last = position;
  }

  /** Takes the events that follow, in their order. */
  add(events: readonly RecordedEvent[]): void {
    for (const event of events) {
      if (event.position !== (this.last ?? 0) + 1) {
        throw new Error(`Event ${event.position} does not follow ${this.last}.`);
      }
      const size = JSON.stringify(event.data).length + JSON.stringify(event.metadata).length;
      this.events.push(event);
      this.sizes.push(size);
      this.characters += size;
      this.last = event.position;
    }
    this.forgetSome();
  }

  /** Everything after a position; undefined where some of it is not in memory, or not known yet. */
  after(position: number): readonly RecordedEvent[] | undefined {
    if (this.last === undefined) return undefined;
    const first = this.last - this.events.length + 1;
    if (position < first - 1) return undefined;
    return this.events.slice(position - first + 1);
  }

  private forgetSome(): void {
    let count = 0;
    let { length } = this.events;
    while (length > this.limits.maxEvents || this.characters > this.limits.maxCharacters) {
      this.characters -= this.sizes[count++];
      length--;
    }
    this.events.splice(0, count);
    this.sizes.splice(0, count);
  }
}
