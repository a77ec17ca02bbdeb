import { Injectable } from '@nestjs/common';
import { IdGenerator } from '../context/id-generator.js';
import { currentContext } from '../context/message-context.js';
import { currentStoredPosition } from '../context/stored-position.js';
import { ReservedMetadataError, UnreadableEventError } from '../errors/intake.errors.js';
import { assertAppendable } from '../store/append-request.js';
import { AppendResult, EventStore, StreamAppend } from '../store/event-store.js';
import { EventMetadata, NewEvent } from '../store/recorded-event.js';
import { CategoryOwners } from './category-owners.js';
import { EventRegistry } from './event-registry.js';
import { EventSerializer } from './event-serializer.js';
import { Upcasters } from './upcasters.js';

/** Who did it, and which command it was: what the kit notes itself, and others believe. */
const WRITTEN_HERE = ['actor', 'command'];

/**
 * The way of events from outside into the log: of those that no class of this process stands for, written by whoever
 * speaks HTTP. They need not be declared. What is declared must be readable here, since whatever follows the log would
 * otherwise wait for a version of this program that can read it; and what belongs to an aggregate or a saga of this
 * process is refused, since only these know their rules.
 */
@Injectable()
export class EventIntake {
  constructor(
    private readonly store: EventStore,
    private readonly owners: CategoryOwners,
    private readonly registry: EventRegistry,
    private readonly upcasters: Upcasters,
    private readonly serializer: EventSerializer,
    private readonly ids: IdGenerator,
  ) {}

  /**
   * Appends as `EventStore.appendToStreams`, with the present context beneath the metadata of each event, and the correlation
   * id of its cause, where that is known. Handlers with `@EventsHandler` hear nothing of it: they hear what this process
   * has published.
   *
   * @throws what `EventStore.appendToStreams` throws
   * @throws ReservedCategoryError, ReservedMetadataError, UnreadableEventError; nothing was written.
   */
  async append(appends: readonly StreamAppend[]): Promise<AppendResult> {
    // Malformed first: what comes after may rely on names and types.
    assertAppendable(appends);
    for (const { stream, events } of appends) {
      this.owners.assertFree(stream);
      for (const event of events) this.assertTakeable(event, stream);
    }
    const result = await this.store.appendToStreams(await this.inContext(appends));
    currentStoredPosition()?.note(result.position);
    return result;
  }

  private assertTakeable(event: NewEvent, stream: string): void {
    this.owners.assertFree(event.type);
    const reserved = WRITTEN_HERE.find((key) => Object.hasOwn(event.metadata ?? {}, key));
    if (reserved !== undefined) throw new ReservedMetadataError(reserved, event.id);
    if (!this.isRead(event.type)) return;
    try {
      this.serializer.instancesOf({ ...event, stream, revision: 0, position: 0 });
    } catch (error) {
      throw new UnreadableEventError(event, { cause: error });
    }
  }

  private isRead(type: string): boolean {
    return this.registry.has(type) || this.upcasters.liftedTypes().includes(type);
  }

  /** What an event has led to shares its correlation id, unless the writer says otherwise. */
  private async inContext(appends: readonly StreamAppend[]): Promise<readonly StreamAppend[]> {
    const context = this.context();
    const known = new Map<string, string | undefined>();
    const complete = async (event: NewEvent): Promise<NewEvent> => {
      const metadata = { ...context, ...event.metadata };
      const { causationId: cause } = metadata;
      if (event.metadata?.correlationId === undefined && cause !== undefined) {
        if (!known.has(cause)) known.set(cause, await this.correlationOf(cause));
        metadata.correlationId = known.get(cause) ?? context.correlationId;
      }
      known.set(event.id, metadata.correlationId);
      return { ...event, metadata };
    };
    const completed: StreamAppend[] = [];
    for (const append of appends) {
      const events: NewEvent[] = [];
      for (const event of append.events) events.push(await complete(event));
      completed.push({ ...append, events });
    }
    return completed;
  }

  private async correlationOf(eventId: string): Promise<string | undefined> {
    return (await this.store.findEvent(eventId))?.metadata.correlationId;
  }

  private context(): EventMetadata {
    const { command: _, correlationId = this.ids.next(), ...context } = currentContext();
    return { ...context, correlationId };
  }
}
