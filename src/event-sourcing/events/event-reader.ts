import { Injectable } from '@nestjs/common';
import { EventStore, ReadLogOptions, ReadStreamOptions } from '../store/event-store.js';
import { RecordedEvent } from '../store/recorded-event.js';
import { EventEnvelope } from './event-envelope.js';
import { EventSerializer } from './event-serializer.js';

/**
 * Reads the log as instances of event classes, lifted to their present versions. For events as they were stored, read
 * from `EventStore`; options mean the same in both.
 */
@Injectable()
export class EventReader {
  constructor(
    private readonly store: EventStore,
    private readonly serializer: EventSerializer,
  ) {}

  /** @throws UnknownEventTypeError while iterating, at the first event without a class. */
  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<EventEnvelope> {
    return this.deserialized(this.store.readStream(stream, options));
  }

  /** @throws UnknownEventTypeError while iterating, at the first event without a class. */
  readLog(options?: ReadLogOptions): AsyncIterable<EventEnvelope> {
    return this.deserialized(this.store.readLog(options));
  }

  private async *deserialized(
    recorded: AsyncIterable<RecordedEvent>,
  ): AsyncIterable<EventEnvelope> {
    for await (const event of recorded) yield* this.serializer.deserialize(event);
  }
}
