import { IEventPublisher } from '@nestjs/cqrs';
import { AggregateCommitter } from '../aggregate/aggregate-committer.js';
import { AggregateRoot } from '../aggregate/aggregate-root.js';
import { UnappliedEventError } from '../errors/aggregate.errors.js';
import { EventRegistry } from '../events/event-registry.js';
import { EventsToWrite, EventWriter } from '../events/event-writer.js';
import { streamName } from '../store/stream-name.js';
import { EventHandlerFailures } from './event-handler-failures.js';
import { PUBLISHED } from './published-stream.js';

/**
 * What the event bus does with an event: it stores it. Events of an aggregate go to the end of its stream as the
 * aggregate knows it; others to the stream their declaration names, or to one of their type.
 */
export class PersistentEventPublisher implements IEventPublisher<object> {
  constructor(
    private readonly writer: EventWriter,
    private readonly committer: AggregateCommitter,
    private readonly registry: EventRegistry,
    private readonly failures: EventHandlerFailures,
  ) {}

  publish(event: object, dispatcher?: unknown): Promise<void> {
    return this.publishAll([event], dispatcher);
  }

  /**
   * Code written for @nestjs/cqrs often does not await this. A failure is therefore logged too, and is no unhandled
   * rejection, which would end the process.
   *
   * @throws UnappliedEventError when `dispatcher` is an aggregate that has not applied the events.
   */
  publishAll(events: readonly object[], dispatcher?: unknown): Promise<void> {
    // Stock aggregates empty this very array as soon as the call has returned.
    const own = [...events];
    const stored = this.store(own, dispatcher);
    if (dispatcher === undefined) {
      const names = own.map((event) => event.constructor?.name).join(', ');
      stored.catch((error: unknown) => this.failures.report(`publish(${names})`, undefined, error));
    }
    return stored;
  }

  private async store(own: readonly object[], dispatcher: unknown): Promise<void> {
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
