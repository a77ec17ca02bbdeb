import {
  type AppendResult,
  EventStore,
  type ReadLogOptions,
  type ReadStreamOptions,
  type StreamAppend,
} from '../../src/event-sourcing/store/event-store.js';
import type { NewEvent, RecordedEvent } from '../../src/event-sourcing/store/recorded-event.js';

/** What a hub notes with events that say nothing of it. */
const COMPLETED = ['actor', 'correlationId', 'via'];

/** A store at a hub, without what the hub has added to the metadata of what was appended here. */
export class UncompletedMetadata extends EventStore {
  private readonly keys = new Map<string, ReadonlySet<string>>();

  constructor(private readonly inner: EventStore) {
    super();
  }

  override appendToStreams(appends: readonly StreamAppend[]): Promise<AppendResult> {
    for (const { events } of appends) {
      for (const { id, metadata } of events as readonly Partial<NewEvent>[]) {
        this.keys.set(String(id), new Set(Object.keys(metadata ?? {})));
      }
    }
    return this.inner.appendToStreams(appends);
  }

  override async *readStream(
    stream: string,
    options?: ReadStreamOptions,
  ): AsyncIterable<RecordedEvent> {
    for await (const event of this.inner.readStream(stream, options)) yield this.asAppended(event);
  }

  override async *readLog(options?: ReadLogOptions): AsyncIterable<RecordedEvent> {
    for await (const event of this.inner.readLog(options)) yield this.asAppended(event);
  }

  override headPosition(): Promise<number> {
    return this.inner.headPosition();
  }

  override streamRevision(stream: string): Promise<number> {
    return this.inner.streamRevision(stream);
  }

  override async findEvent(id: string): Promise<RecordedEvent | undefined> {
    const event = await this.inner.findEvent(id);
    return event && this.asAppended(event);
  }

  private asAppended(event: RecordedEvent): RecordedEvent {
    const own = this.keys.get(event.id);
    const metadata = Object.fromEntries(
      Object.entries(event.metadata).filter(
        ([key]) => !COMPLETED.includes(key) || (own?.has(key) ?? false),
      ),
    );
    return { ...event, metadata };
  }
}
