import {
  type AppendResult,
  EventStore,
  type ReadLogOptions,
  type ReadStreamOptions,
  type ReplayOptions,
  type StreamAppend,
} from '../../src/event-sourcing/store/event-store.js';
import type {
  HistoricEvent,
  RecordedEvent,
} from '../../src/event-sourcing/store/recorded-event.js';

/** One log through several stores, as several processes would use it: each call goes to the next of them. */
export class SpreadingEventStore extends EventStore {
  private calls = 0;

  constructor(private readonly stores: readonly EventStore[]) {
    super();
  }

  override appendToStreams(appends: readonly StreamAppend[]): Promise<AppendResult> {
    return this.next().appendToStreams(appends);
  }

  override readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<RecordedEvent> {
    return this.next().readStream(stream, options);
  }

  override replayStream(
    stream: string,
    options?: ReplayOptions,
  ): AsyncIterable<readonly HistoricEvent[]> {
    return this.next().replayStream(stream, options);
  }

  override readLog(options?: ReadLogOptions): AsyncIterable<RecordedEvent> {
    return this.next().readLog(options);
  }

  override headPosition(): Promise<number> {
    return this.next().headPosition();
  }

  override streamRevision(stream: string): Promise<number> {
    return this.next().streamRevision(stream);
  }

  override findEvent(id: string): Promise<RecordedEvent | undefined> {
    return this.next().findEvent(id);
  }

  private next(): EventStore {
    return this.stores[this.calls++ % this.stores.length];
  }
}
