import { Injectable } from '@nestjs/common';
import { IdGenerator } from '../context/id-generator.js';
import { currentContext } from '../context/message-context.js';
import { currentStoredPosition } from '../context/stored-position.js';
import { isCommandRecord } from '../commands/command-record.js';
import { ReservedMetadataError, UnreadableEventError } from '../errors/intake.errors.js';
import { InvalidEventError } from '../errors/store.errors.js';
import { assertAppendable } from '../store/append-request.js';
import { AppendResult, EventStore, StreamAppend } from '../store/event-store.js';
import { EventMetadata, NewEvent } from '../store/recorded-event.js';
import { CategoryOwners } from './category-owners.js';
import { EventRegistry } from './event-registry.js';
import { EventSerializer } from './event-serializer.js';
import type { IntakeCheck } from './intake-check.js';
import { Upcasters } from './upcasters.js';

/** Who did it, and which command it was: what the kit notes itself, and others believe. */
const WRITTEN_HERE = ['actor', 'command'];

/** What is known of whoever writes events from outside. Where nothing is known, nothing is trusted. */
export interface IntakeTrust {
  /**
   * The caller of the intake has made sure that the writer may store events in the category of every stream, and of the
   * first word of every type. Then no category is refused that has an owner, as the writer may be its owner in a process of
   * its own, and `command` is taken from the metadata. `via` is not: it is noted here.
   * @default false
   */
  readonly isAuthorized?: boolean;

  /**
   * The writer, who is authorized, may say in `actor` on whose behalf it acts. Its own actor, that of the present context, is
   * then noted as `via`.
   * @default false
   */
  readonly mayNameActor?: boolean;
}

/**
 * The way of events from outside into the log: of those that no class of this process stands for, written by whoever
 * speaks HTTP. They need not be declared. What is declared must be readable here, since whatever follows the log would
 * otherwise wait for a version of this program that can read it; and what belongs to an aggregate or a saga of this
 * process is refused, since only these know their rules.
 */
@Injectable()
export class EventIntake {
  private readonly checks: IntakeCheck[] = [];

  constructor(
    private readonly store: EventStore,
    private readonly owners: CategoryOwners,
    private readonly registry: EventRegistry,
    private readonly upcasters: Upcasters,
    private readonly serializer: EventSerializer,
    private readonly ids: IdGenerator,
  ) {}

  /** Has every append pass this check, too. Call it before the first one, at the start of the application. */
  demand(check: IntakeCheck): void {
    this.checks.push(check);
  }

  /** @throws ReservedCategoryError when events of this type are stored by an aggregate, a saga or the event bus only. */
  assertFree(type: string): void {
    this.owners.assertFree(type);
  }

  /**
   * Appends as `EventStore.appendToStreams`, with the present context beneath the metadata of each event, and the correlation
   * id of its cause, where that is known. Handlers with `@EventsHandler` hear nothing of it: they hear what this process
   * has published.
   *
   * @param trust what is known of the writer
   * @throws what `EventStore.appendToStreams` throws
   * @throws ReservedCategoryError, ReservedMetadataError, UnreadableEventError; nothing was written.
   * @throws what a check throws that was demanded; nothing was written.
   */
  async append(appends: readonly StreamAppend[], trust: IntakeTrust = {}): Promise<AppendResult> {
    // Malformed first: what comes after may rely on names and types.
    assertAppendable(appends);
    const streams = appends.map(({ stream }) => stream);
    for (const { stream, events } of appends) {
      if (!trust.isAuthorized) this.owners.assertFree(stream);
      for (const event of events) {
        if (!trust.isAuthorized) this.owners.assertFree(event.type);
        assertMetadata(event, streams, trust);
        this.assertReadable(event, stream);
      }
    }
    for (const check of this.checks) await check.assertTakeable(appends);
    const result = await this.store.appendToStreams(await this.inContext(appends));
    currentStoredPosition()?.note(result.position);
    return result;
  }

  private assertReadable(event: NewEvent, stream: string): void {
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
      const metadata = { ...context, ...event.metadata, ...viaOf(event, context) };
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

function assertMetadata(
  { id, metadata = {} }: NewEvent,
  streams: readonly string[],
  { isAuthorized, mayNameActor }: IntakeTrust,
): void {
  const allowed = isAuthorized ? ['command', ...(mayNameActor ? ['actor'] : [])] : [];
  const reserved = [...WRITTEN_HERE, ...(isAuthorized ? ['via'] : [])].find(
    (key) => Object.hasOwn(metadata, key) && !allowed.includes(key),
  );
  if (reserved !== undefined) throw new ReservedMetadataError(reserved, id);
  const { command } = metadata;
  // Of another stream, it would have the kit tell others that a command was done which never was.
  if (command === undefined || (isCommandRecord(command) && streams.includes(command.stream)))
    return;
  throw new InvalidEventError(
    `The metadata of event ${id} has a command that is none: it has an id, a digest, a stream of this append and its ` +
      'revision afterwards.',
  );
}

/** Who has stored an event on behalf of somebody else. */
function viaOf(event: NewEvent, { actor }: EventMetadata): EventMetadata {
  return event.metadata?.actor === undefined || actor === undefined ? {} : { via: actor };
}
