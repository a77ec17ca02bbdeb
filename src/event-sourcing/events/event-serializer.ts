import { Injectable } from '@nestjs/common';
import { UnknownEventTypeError } from '../errors/event.errors.js';
import { EventMetadata, HistoricEvent, NewEvent, RecordedEvent } from '../store/recorded-event.js';
import { EventEnvelope } from './event-envelope.js';
import { decodeEventData, encodeEventData } from './event-data-codec.js';
import { EventRegistry } from './event-registry.js';
import { StoredEventData } from './upcaster.js';
import { Upcasters } from './upcasters.js';

/** Between instances of event classes and what the log stores. */
@Injectable()
export class EventSerializer {
  constructor(
    private readonly registry: EventRegistry,
    private readonly upcasters: Upcasters,
  ) {}

  /** @throws UndeclaredEventError, UnstorableValueError */
  serialize(event: object, id: string, metadata: EventMetadata): NewEvent {
    const { type, version } = this.registry.declarationOf(event);
    return { id, type, version, data: encodeEventData(event), metadata };
  }

  /**
   * The events a stored one stands for today, in the versions there are classes for: usually one, but upcasters may
   * split or drop it. All carry the stored one's id, revision and position.
   *
   * @throws UnknownEventTypeError
   */
  deserialize(recorded: RecordedEvent): readonly EventEnvelope[] {
    const { id, stream, revision, position, metadata, tags, recordedAt } = recorded;
    // Every field by its name: copying what is left of an object takes longer than all the rest.
    return this.upcasters.lift(recorded).map((lifted) => {
      const { type, version } = lifted;
      const event = this.instanceOf(lifted, recorded);
      return { id, type, version, stream, revision, position, metadata, tags, recordedAt, event };
    });
  }

  /** As `deserialize`, the data alone. @throws UnknownEventTypeError */
  lift(stored: HistoricEvent): readonly StoredEventData[] {
    return this.upcasters.lift(stored);
  }

  /**
   * As `deserialize`, the instances alone: what replaying takes.
   * @throws UnknownEventTypeError
   */
  instancesOf(stored: HistoricEvent): readonly object[] {
    return this.upcasters.lift(stored).map((lifted) => this.instanceOf(lifted, stored));
  }

  private instanceOf({ type, version, data }: StoredEventData, stored: HistoricEvent): object {
    const eventClass = this.registry.classOf(type, version);
    if (!eventClass) throw new UnknownEventTypeError({ ...stored, type, version });
    return decodeEventData(data, eventClass.prototype as object);
  }
}
