import { assertSideEffectsAllowed } from '../../context/side-effects.js';
import { assertAppendable, isEventId } from '../append-request.js';
import {
  AppendResult,
  EventStore,
  ReadLogOptions,
  ReadStreamOptions,
  ReplayOptions,
  StreamAppend,
} from '../event-store.js';
import { HistoricEvent, RecordedEvent } from '../recorded-event.js';
import { isStreamName } from '../stream-name.js';
import { matcherOf } from '../../subscriptions/log-filter.js';
import { HubClient, HubOptions } from './hub-client.js';
import { HubEvent, recordedEventIn, recordedEventOf } from './hub-event.js';
import { HubFeed } from './hub-feed.js';
import { RemoteAppends } from './remote-appends.js';
import { instantText, logQuery, pathWith, Query, streamQuery } from './remote-reads.js';

interface StreamPage {
  readonly items: readonly HubEvent[];
  readonly nextCursor: string | null;
}

interface LogPage {
  readonly items: readonly HubEvent[];
  readonly nextAfter: number;
  readonly nextUpTo?: number;
  readonly head: number;
}

const MAX_PAGE = 1_000;
/** Most streams are short, and who reads backwards often wants the last event only. */
const FIRST_PAGE = 100;

/**
 * The log of a hub in another process, over its HTTP API. It keeps what the port promises, with these differences:
 *
 * - Where an event says nothing of them, the hub adds `actor`, the name of the key of this service, and `correlationId`.
 * - Appends of a process share requests. One whose outcome is unknown is sent again with the same ids, so that it is stored
 *   once; `repeated` may then be true although nobody but this call has stored it.
 * - Reads and appends wait for a hub that is away, and fail with `StoreUnavailableError` after `patienceMs`.
 * - An append may be refused for what the hub alone knows (`RefusedByHubError`): its limits, a schema, a declared type.
 */
export class RemoteEventStore extends EventStore {
  /** What the hub tells of as it is stored, for those who follow the log. */
  readonly feed: HubFeed;
  private readonly hub: HubClient;
  private readonly appends: RemoteAppends;

  constructor(options: HubOptions) {
    super();
    this.hub = new HubClient(options);
    this.appends = new RemoteAppends(this.hub);
    this.feed = new HubFeed(this.hub, () => this.headPosition());
  }

  /** @throws RefusedByHubError, HubAccessError, and as the port says */
  override async appendToStreams(appends: readonly StreamAppend[]): Promise<AppendResult> {
    assertSideEffectsAllowed('store events');
    assertAppendable(appends);
    return this.appends.submit(appends);
  }

  override async *readStream(
    stream: string,
    options: ReadStreamOptions = {},
  ): AsyncIterable<RecordedEvent> {
    for await (const page of this.streamPages(stream, options)) yield* page;
  }

  override replayStream(
    stream: string,
    options: ReplayOptions = {},
  ): AsyncIterable<readonly HistoricEvent[]> {
    return this.streamPages(stream, options);
  }

  override async *readLog(options: ReadLogOptions = {}): AsyncIterable<RecordedEvent> {
    for await (const page of this.readLogPages(options)) yield* page;
  }

  override async *readLogPages(
    options: ReadLogOptions = {},
  ): AsyncIterable<readonly RecordedEvent[]> {
    const recent = this.feed.recent(options);
    if (recent) {
      if (recent.length > 0) yield recent;
      return;
    }
    const asked = logQuery(options);
    if (!asked) return;
    const isWanted = asked.isWhole ? undefined : matcherOf(options);
    let { query } = asked;
    let left = options.limit ?? Infinity;
    while (left > 0) {
      const limit = isWanted ? MAX_PAGE : Math.min(left, MAX_PAGE);
      const page = await this.logPage({ ...query, limit });
      if (!page) return;
      const events = page.items.map(recordedEventOf).filter(isWanted ?? (() => true));
      if (events.length > 0) yield events.slice(0, left);
      left -= events.length;
      const next = continuedAfter(page, query);
      if (!next) return;
      query = next;
    }
  }

  override async headPosition(): Promise<number> {
    const page = await this.logPage({ upTo: 0, limit: 1 });
    return page?.head ?? 0;
  }

  /** One request. */
  override async positionBefore(time: Date): Promise<number> {
    const since = instantText(time);
    const page = await this.logPage({ since, limit: 1 });
    const [first] = page?.items ?? [];
    return first ? first.position - 1 : (page?.head ?? 0);
  }

  override async streamRevision(stream: string): Promise<number> {
    for await (const { revision } of this.readStream(stream, {
      direction: 'backwards',
      limit: 1,
    })) {
      return revision;
    }
    return 0;
  }

  override async findEvent(id: string): Promise<RecordedEvent | undefined> {
    if (!isEventId(id)) return undefined;
    const headers = { accept: 'application/x-ndjson' };
    const { status, text } = await this.hub.ask(
      { method: 'GET', path: `/events/${id}`, headers },
      404,
    );
    return status === 404 ? undefined : recordedEventIn(text);
  }

  /** Waits for the appends under way, then closes the connections. */
  async close(): Promise<void> {
    await this.feed.stop();
    await this.appends.drained();
    await this.hub.close();
  }

  private async *streamPages(
    stream: string,
    options: ReadStreamOptions,
  ): AsyncIterable<readonly RecordedEvent[]> {
    const query = isStreamName(stream) ? streamQuery(options) : undefined;
    if (!query) return;
    const path = `/streams/${encodeURIComponent(stream)}/events`;
    let left = options.limit ?? Infinity;
    let cursor: string | undefined;
    while (left > 0) {
      const limit = Math.min(left, cursor === undefined ? FIRST_PAGE : MAX_PAGE);
      const { status, text } = await this.hub.ask(
        { method: 'GET', path: pathWith(path, { ...query, limit, cursor }) },
        404,
      );
      if (status === 404) return;
      const { items, nextCursor } = JSON.parse(text) as StreamPage;
      if (items.length > 0) yield items.map(recordedEventOf);
      left -= items.length;
      if (nextCursor === null) return;
      cursor = nextCursor;
    }
  }

  /** Undefined where the log does not reach so far. */
  private async logPage(query: Query): Promise<LogPage | undefined> {
    const path = pathWith('/events', query);
    const { status, text } = await this.hub.ask({ method: 'GET', path }, 409);
    return status === 409 ? undefined : (JSON.parse(text) as LogPage);
  }
}

/** What asks for the page after this one, if there may be one. */
function continuedAfter({ nextAfter, nextUpTo, head }: LogPage, query: Query): Query | undefined {
  if (nextUpTo !== undefined) {
    return nextUpTo > Number(query.after ?? 0) ? { ...query, upTo: nextUpTo } : undefined;
  }
  return nextAfter < Math.min(Number(query.upTo ?? Infinity), head)
    ? { ...query, after: nextAfter }
    : undefined;
}
