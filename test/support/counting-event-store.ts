import type {
  ReadStreamOptions,
  ReplayOptions,
} from '../../src/event-sourcing/store/event-store.js';
import type {
  HistoricEvent,
  RecordedEvent,
} from '../../src/event-sourcing/store/recorded-event.js';
import { SpreadingEventStore } from './spreading-event-store.js';

/** Counts the events that are read from streams. */
export class CountingEventStore extends SpreadingEventStore {
  eventsRead = 0;

  override async *readStream(
    stream: string,
    options?: ReadStreamOptions,
  ): AsyncIterable<RecordedEvent> {
    for await (const event of super.readStream(stream, options)) {
      this.eventsRead += 1;
      yield event;
    }
  }

  override async *replayStream(
    stream: string,
    options?: ReplayOptions,
  ): AsyncIterable<readonly HistoricEvent[]> {
    for await (const page of super.replayStream(stream, options)) {
      this.eventsRead += page.length;
      yield page;
    }
  }
}
