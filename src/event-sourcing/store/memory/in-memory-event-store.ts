import { Clock } from '../../context/clock.js';
import {
  AppendedEvent,
  AppendResult,
  EventStore,
  ReadLogOptions,
  ReadStreamOptions,
  StreamAppend,
} from '../event-store.js';
import { assertAppendable, jsonTextOf } from '../append-request.js';
import { decideAppend } from '../decide-append.js';
import { EventMetadata, JsonValue, NewEvent, RecordedEvent } from '../recorded-event.js';
import { categoryOf } from '../stream-name.js';

/** An event with its payloads as text, so that no caller shares an object with the log. */
type StoredEvent = Omit<RecordedEvent, 'data' | 'metadata'> & {
  readonly data: string;
  readonly metadata: string;
};

type Payload = Pick<StoredEvent, 'type' | 'version' | 'tags' | 'data' | 'metadata'>;

/**
 * The reference model of the port, for tests: the rules with nothing around them. Nothing survives the process,
 * so the module refuses it when NODE_ENV is `production`.
 */
export class InMemoryEventStore extends EventStore {
  private readonly log: StoredEvent[] = [];
  private readonly streams = new Map<string, StoredEvent[]>();
  private readonly places = new Map<string, AppendedEvent>();

  constructor(private readonly clock: Clock) {
    super();
  }

  // Without an await between the decision and the last write, an append is atomic.
  override async appendToStreams(appends: readonly StreamAppend[]): Promise<AppendResult> {
    assertAppendable(appends);
    const payloads = appends.flatMap(({ events }) => events.map(payloadOf));
    const result = decideAppend(appends, {
      head: () => this.log.length,
      revisionOf: (stream) => this.streams.get(stream)?.length ?? 0,
      placeOf: (eventId) => this.places.get(eventId),
    });
    if (!result.repeated) this.write(payloads, result.events);
    return Promise.resolve(result);
  }

  override async *readStream(
    stream: string,
    options: ReadStreamOptions = {},
  ): AsyncIterable<RecordedEvent> {
    const { from = 1, to = Infinity, until, direction, limit } = options;
    const wanted = ({ revision, recordedAt }: StoredEvent): boolean =>
      revision >= from && revision <= to && (until === undefined || recordedAt <= until);
    yield* this.select(this.streams.get(stream) ?? [], direction, limit, wanted);
  }

  override async *readLog(options: ReadLogOptions = {}): AsyncIterable<RecordedEvent> {
    const { after = 0, upTo = Infinity, categories, types, correlationId } = options;
    const wanted = (event: StoredEvent): boolean =>
      event.position > after &&
      event.position <= upTo &&
      (categories?.includes(categoryOf(event.stream)) ?? true) &&
      (types?.includes(event.type) ?? true) &&
      (correlationId === undefined ||
        (JSON.parse(event.metadata) as EventMetadata).correlationId === correlationId);
    yield* this.select(this.log, options.direction, options.limit, wanted);
  }

  override headPosition(): Promise<number> {
    return Promise.resolve(this.log.length);
  }

  override streamRevision(stream: string): Promise<number> {
    return Promise.resolve(this.streams.get(stream)?.length ?? 0);
  }

  override findEvent(id: string): Promise<RecordedEvent | undefined> {
    const place = this.places.get(id);
    return Promise.resolve(place && toRecordedEvent(this.log[place.position - 1]));
  }

  private write(payloads: readonly Payload[], places: readonly AppendedEvent[]): void {
    const last = this.log.at(-1)?.recordedAt.getTime() ?? 0;
    const recordedAt = new Date(Math.max(this.clock.now().getTime(), last));
    payloads.forEach((payload, index) => {
      const event = { ...payload, ...places[index], recordedAt };
      this.log.push(event);
      this.places.set(event.id, event);
      const stream = this.streams.get(event.stream);
      if (stream) stream.push(event);
      else this.streams.set(event.stream, [event]);
    });
  }

  private *select(
    events: readonly StoredEvent[],
    direction: ReadStreamOptions['direction'],
    limit = Infinity,
    wanted: (event: StoredEvent) => boolean,
  ): Iterable<RecordedEvent> {
    const ordered = direction === 'backwards' ? events.toReversed() : [...events];
    let left = limit;
    for (const event of ordered) {
      if (left <= 0) return;
      if (!wanted(event)) continue;
      left -= 1;
      yield toRecordedEvent(event);
    }
  }
}

function payloadOf({ id, type, version, data, metadata, tags }: NewEvent): Payload {
  return {
    type,
    version,
    tags: [...(tags ?? [])],
    data: jsonTextOf(data, id),
    metadata: jsonTextOf(metadata ?? {}, id),
  };
}

function toRecordedEvent(event: StoredEvent): RecordedEvent {
  return {
    ...event,
    tags: [...event.tags],
    recordedAt: new Date(event.recordedAt),
    data: JSON.parse(event.data) as JsonValue,
    metadata: JSON.parse(event.metadata) as EventMetadata,
  };
}
