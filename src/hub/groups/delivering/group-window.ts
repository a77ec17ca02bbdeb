import {
  type EventStore,
  type LogFilter,
  RecentEvents,
  type RecordedEvent,
} from '../../../event-sourcing/index.js';
import type { LogPart } from './log-part.js';

/** So many events are read at a time, and looked at for one request. */
const PAGE = 500;
const KEPT = { maxEvents: 2 * PAGE, maxCharacters: 1024 * 1024 };

/**
 * What a group reads of the log, once for all of its members in this process: a window that moves on with the one who is
 * farthest, and beside it a page for those who are far behind. Both are bounded.
 */
export class GroupWindow {
  private readonly recent = new RecentEvents(KEPT);
  private growing: Promise<void> | undefined;
  private aside: LogPart | undefined;

  constructor(
    private readonly store: EventStore,
    private readonly filter: LogFilter,
  ) {}

  /** What follows a position. */
  async after(position: number): Promise<LogPart> {
    const { recent } = this;
    if (recent.head === undefined || position > recent.head) recent.startAfter(position);
    if ((recent.after(position)?.length ?? PAGE) < PAGE) await this.grow();
    const events = recent.after(position);
    return events && recent.head !== undefined && recent.head >= position
      ? partOf(position, events, recent.head)
      : this.besideWindow(position);
  }

  /** An event of the window, if it is there. */
  find(position: number): RecordedEvent | undefined {
    const [event] = this.recent.after(position - 1) ?? [];
    return event?.position === position ? event : undefined;
  }

  private grow(): Promise<void> {
    this.growing ??= this.readOn().finally(() => (this.growing = undefined));
    return this.growing;
  }

  private async readOn(): Promise<void> {
    const end = this.recent.head ?? 0;
    const { events, through } = await this.read(end);
    // Somebody may have had it start elsewhere meanwhile.
    if (this.recent.head !== end) return;
    this.recent.add(events);
    this.recent.reach(through);
  }

  private async besideWindow(position: number): Promise<LogPart> {
    const { aside } = this;
    if (!aside || position < aside.after || position >= aside.through) {
      this.aside = await this.read(position);
      return this.aside;
    }
    const events = aside.events.filter((event) => event.position > position);
    return { after: position, events, through: aside.through };
  }

  private async read(after: number): Promise<LogPart> {
    const head = await this.store.headPosition();
    if (head <= after) return { after, events: [], through: after };
    const pages = this.store.readLogPages({ ...this.filter, after, upTo: head, limit: PAGE });
    for await (const events of pages) {
      const isLast = events.length < PAGE;
      // A page may be short because its events are large.
      const last = events[events.length - 1].position;
      return { after, events, through: isLast && !(await this.hasMore(last, head)) ? head : last };
    }
    return { after, events: [], through: head };
  }

  private async hasMore(after: number, upTo: number): Promise<boolean> {
    const { filter } = this;
    for await (const _ of this.store.readLog({ ...filter, after, upTo, limit: 1 })) return true;
    return false;
  }
}

function partOf(after: number, all: readonly RecordedEvent[], head: number): LogPart {
  const events = all.slice(0, PAGE);
  return { after, events, through: events.length < all.length ? events[PAGE - 1].position : head };
}
