import { ExpectedRevision } from './expected-revision.js';
import { HistoricEvent, NewEvent, RecordedEvent } from './recorded-event.js';

/** What an append writes to, or only demands of, one stream. */
export interface StreamAppend {
  readonly stream: string;
  readonly expectedRevision: ExpectedRevision;
  /** May be empty: then the stream's revision is checked, in the same transaction, and nothing is written to it. */
  readonly events: readonly NewEvent[];
}

/** Where an appended event stands. */
export interface AppendedEvent {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
}

/** What became of an append. */
export interface AppendResult {
  /** In the order they were given; their positions are consecutive. */
  readonly events: readonly AppendedEvent[];
  /** The position of the last event of the append, or the head of the log when it had none. */
  readonly position: number;
  /** True when the log held these events already, from an earlier try: the result is the first one's. */
  readonly repeated: boolean;
}

/** From the first event to the last, or the other way round. */
export type ReadDirection = 'forwards' | 'backwards';

/** Which events of a stream to read. */
export interface ReadStreamOptions {
  /** The lowest revision wanted, inclusive. @default 1 */
  readonly from?: number;
  /** The highest revision wanted, inclusive. @default the last */
  readonly to?: number;
  /** Only events recorded at this time or before it. */
  readonly until?: Date;
  /** @default 'forwards' */
  readonly direction?: ReadDirection;
  /** At most so many events. @default no limit */
  readonly limit?: number;
}

/** Which events of a stream to replay. */
export type ReplayOptions = Pick<ReadStreamOptions, 'from' | 'to' | 'until'>;

/** Which events of the log to read. */
export interface ReadLogOptions {
  /** Only events with a higher position. @default 0 */
  readonly after?: number;
  /** Only events up to this position, inclusive. @default the last */
  readonly upTo?: number;
  /** Only events of streams in one of these categories. */
  readonly categories?: readonly string[];
  /** Only events of one of these stored types. */
  readonly types?: readonly string[];
  readonly correlationId?: string;
  /** @default 'forwards' */
  readonly direction?: ReadDirection;
  /** At most so many events. @default no limit */
  readonly limit?: number;
}

/**
 * The log: streams of events, and all of them in one order. This is a port; `runEventStoreContract` in
 * `testing/` is its executable specification, and every implementation passes it.
 *
 * **Order.** Positions are dense and are given in commit order. Whoever has seen position `n` and reads
 * `after: n` can never miss an event, however many processes append.
 *
 * **Reading** yields only committed events, as they are stored. Results are fetched in pages while they are
 * iterated, so that a read of any size takes a bounded amount of memory. Use `EventReader` to get instances of
 * event classes instead.
 */
export abstract class EventStore {
  /**
   * Appends to several streams, all or nothing. When the promise resolves, the events are durable.
   *
   * Every stream must be at its expected revision at the same moment, those with no events included; a stream may
   * be named once. The events' positions follow the order given. An append whose event ids are all in the log, at
   * the place this append would have given them, resolves to the first result and writes nothing: repeating an
   * append of unknown outcome is safe.
   *
   * @throws ConcurrencyError when a stream is not at its expected revision.
   * @throws DuplicateEventError when an id is in the log, and this is not a repetition.
   * @throws InvalidEventError when the append is malformed.
   * @throws StoreUnavailableError when the outcome is unknown; repeat it with the same ids.
   * @throws StoreOverloadedError when too many appends are waiting; nothing was written.
   */
  abstract appendToStreams(appends: readonly StreamAppend[]): Promise<AppendResult>;

  /** Appends to one stream; as `appendToStreams` with one entry. */
  append(
    stream: string,
    expectedRevision: ExpectedRevision,
    events: readonly NewEvent[],
  ): Promise<AppendResult> {
    return this.appendToStreams([{ stream, expectedRevision, events }]);
  }

  /** The events of one stream. Yields nothing for a stream that does not exist. */
  abstract readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<RecordedEvent>;

  /**
   * The events of one stream in pages, oldest first, with nothing but what replaying takes. It yields the events of
   * `readStream`; an implementation overrides it where less is cheaper.
   */
  async *replayStream(
    stream: string,
    options: ReplayOptions = {},
  ): AsyncIterable<readonly HistoricEvent[]> {
    for await (const event of this.readStream(stream, options)) yield [event];
  }

  /** The events of the whole log, by position. Filters are combined with "and". */
  abstract readLog(options?: ReadLogOptions): AsyncIterable<RecordedEvent>;

  /**
   * The events of `readLog` in pages, for whoever takes many: a promise for each of them costs as much as the event. An
   * implementation overrides it where it has pages; the events and their order are the same.
   */
  async *readLogPages(options: ReadLogOptions = {}): AsyncIterable<readonly RecordedEvent[]> {
    for await (const event of this.readLog(options)) yield [event];
  }

  /** The position of the last committed event; 0 for an empty log. */
  abstract headPosition(): Promise<number>;

  /**
   * The position of the last event that was recorded before this time; 0 when there is none. Whoever reads after it gets
   * everything from that time on. It takes a few look-ups for each time the log doubles.
   */
  async positionBefore(time: Date): Promise<number> {
    let position = 0;
    let last = await this.headPosition();
    // Positions are dense, and times never decrease along them: halve what is left until nothing is.
    while (position < last) {
      const middle = Math.ceil((position + last) / 2);
      if ((await this.timeAt(middle)) < time) position = middle;
      else last = middle - 1;
    }
    return position;
  }

  private async timeAt(position: number): Promise<Date> {
    for await (const { recordedAt } of this.readLog({ after: position - 1, limit: 1 })) {
      return recordedAt;
    }
    throw new Error(`The log has no event at position ${position}.`);
  }

  /** The revision of a stream's last committed event; 0 when there is no such stream. */
  abstract streamRevision(stream: string): Promise<number>;

  /** One event by its id. */
  abstract findEvent(id: string): Promise<RecordedEvent | undefined>;
}
