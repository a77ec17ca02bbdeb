import { Injectable } from '@nestjs/common';
import { currentContext } from '../context/message-context.js';
import { IdGenerator } from '../context/id-generator.js';
import { assertSideEffectsAllowed } from '../context/side-effects.js';
import { currentStoredPosition } from '../context/stored-position.js';
import { AppendResult, EventStore } from '../store/event-store.js';
import { ExpectedRevision } from '../store/expected-revision.js';
import { CommandRecord, EventMetadata, NewEvent } from '../store/recorded-event.js';
import { eventIdOf } from '../commands/command-record.js';
import { CommittedEvents } from './committed-events.js';
import { EventSerializer } from './event-serializer.js';

/** Instances of event classes on their way into one stream. */
export interface EventsToWrite {
  readonly stream: string;
  readonly expectedRevision: ExpectedRevision;
  /** May be empty: then the revision is only checked. */
  readonly events: readonly object[];
}

/**
 * The way of every event of this process into the log: serialised with the present context as metadata, appended,
 * and announced to the process once it is durable.
 *
 * An event instance keeps its id until it is stored. Writing the same instances again after a failure, even one of
 * unknown outcome, therefore stores them once.
 */
@Injectable()
export class EventWriter {
  private readonly pendingIds = new WeakMap<object, string>();

  constructor(
    private readonly store: EventStore,
    private readonly serializer: EventSerializer,
    private readonly ids: IdGenerator,
    private readonly committed: CommittedEvents,
  ) {}

  /**
   * All or nothing; durable when the promise resolves. The events of a command get ids derived from the command's:
   * of several writes for one command, one stores, and the others are repetitions of it or a `DuplicateEventError`.
   *
   * @throws what `EventStore.appendToStreams` throws, UndeclaredEventError, UnstorableValueError
   * @throws SideEffectError when a projection calls it.
   */
  async write(writes: readonly EventsToWrite[], command?: CommandRecord): Promise<AppendResult> {
    assertSideEffectsAllowed('store events');
    const metadata = this.metadata(command);
    const instances = writes.flatMap(({ events }) => [...events]);
    if (command) {
      instances.forEach((event, nth) => this.pendingIds.set(event, eventIdOf(command.id, nth)));
    }
    const appends = writes.map(({ stream, expectedRevision, events }) => ({
      stream,
      expectedRevision,
      events: events.map((event) => this.serialize(event, metadata)),
    }));
    const result = await this.store.appendToStreams(appends);
    currentStoredPosition()?.note(result.position);
    // What an earlier delivery of the command has stored was announced by that one.
    if (command && result.repeated) return result;
    const types = appends.flatMap(({ events }) => events.map(({ type }) => type));
    const stored = result.events.map((place, index) => ({
      ...place,
      event: instances[index],
      type: types[index],
      metadata,
    }));
    // Of several writes of one instance at once, the first to return announces it.
    const news = stored.filter(({ event, id }) => this.pendingIds.get(event) === id);
    for (const { event } of news) this.pendingIds.delete(event);
    this.committed.announce(news);
    return result;
  }

  private serialize(event: object, metadata: EventMetadata): NewEvent {
    const id = this.pendingIds.get(event) ?? this.ids.next();
    this.pendingIds.set(event, id);
    return this.serializer.serialize(event, id, metadata);
  }

  private metadata(command: CommandRecord | undefined): EventMetadata {
    // What a handler stores on behalf of an event is not the work of the command that led to the event.
    const { command: _, correlationId = this.ids.next(), ...context } = currentContext();
    return { ...context, correlationId, ...(command && { command }) };
  }
}
