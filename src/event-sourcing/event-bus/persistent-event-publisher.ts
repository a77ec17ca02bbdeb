import { IEventPublisher } from '@nestjs/cqrs';
import { AggregateCommitter } from '../aggregate/aggregate-committer.js';
import { AggregateRoot } from '../aggregate/aggregate-root.js';
import { UnappliedEventError } from '../errors/aggregate.errors.js';
import { EventRegistry } from '../events/event-registry.js';
import { EventsToWrite, EventWriter } from '../events/event-writer.js';
import { streamName } from '../store/stream-name.js';

/** The category of events that were published without an aggregate or a declared stream. */
const PUBLISHED = 'published';

/**
 * What the event bus does with an event: it stores it. Events of an aggregate go to the end of its stream as the
 * aggregate knows it; others to the stream their declaration names, or to one of their type.
 */
export class PersistentEventPublisher implements IEventPublisher<object> {
  constructor(
    private readonly writer: EventWriter,
    private readonly committer: AggregateCommitter,
    private readonly registry: EventRegistry,
  ) {}

  async publish(event: object, dispatcher?: unknown): Promise<void> {
    await this.publishAll([event], dispatcher);
  }

  /** @throws UnappliedEventError when `dispatcher` is an aggregate that has not applied the events. */
  async publishAll(events: readonly object[], dispatcher?: unknown): Promise<void> {
    // Stock aggregates empty this very array as soon as the call has returned.
    const own = [...events];
    if (own.length === 0) return;
    if (isAggregate(dispatcher)) {
      assertApplied(own, dispatcher);
      await this.committer.commitEvents(dispatcher, own);
    } else {
      await this.writer.write(this.byStream(own));
    }
  }

  private byStream(events: readonly object[]): EventsToWrite[] {
    const streams = new Map<string, object[]>();
    for (const event of events) {
      const { type, stream } = this.registry.declarationOf(event);
      const name = stream?.(event) ?? streamName(PUBLISHED, type);
      streams.set(name, [...(streams.get(name) ?? []), event]);
    }
    return [...streams].map(([stream, own]) => ({
      stream,
      expectedRevision: 'any',
      events: own,
    }));
  }
}

function isAggregate(dispatcher: unknown): dispatcher is AggregateRoot {
  return dispatcher instanceof AggregateRoot;
}

function assertApplied(events: readonly object[], aggregate: AggregateRoot): void {
  const applied = new Set<object>(aggregate.getUncommittedEvents());
  const stray = events.find((event) => !applied.has(event));
  if (stray) throw new UnappliedEventError(aggregate.constructor.name, stray.constructor.name);
}
