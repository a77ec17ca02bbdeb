import { Type } from '@nestjs/common';
import {
  AsyncContext,
  EventBus,
  EventPublisher,
  IAggregateRoot,
  IEvent,
  UnhandledExceptionBus,
} from '@nestjs/cqrs';
import { AggregateRoot } from '../aggregate/aggregate-root.js';
import { EventHandlerFailures } from './event-handler-failures.js';

type Constructor<T> = Type<T> & (abstract new (...args: never[]) => T);

/**
 * The `EventPublisher` of @nestjs/cqrs, except that what it merges into aggregates returns the bus's promise: without
 * it nobody could wait until the events are stored. A stock aggregate drops that promise in its `commit()`; what
 * could not be stored is then logged and given to the `UnhandledExceptionBus`.
 */
export class AwaitedEventPublisher extends EventPublisher {
  private readonly failures: EventHandlerFailures;

  constructor(
    private readonly bus: EventBus,
    exceptions: UnhandledExceptionBus,
  ) {
    super(bus);
    this.failures = new EventHandlerFailures(exceptions);
  }

  override mergeClassContext<T extends Type<IAggregateRoot>>(
    metatype: T,
    asyncContext?: AsyncContext,
  ): T {
    const store = this.store.bind(this);
    const merged = class extends (metatype as Constructor<IAggregateRoot>) {
      override publish(event: IEvent): Promise<void> {
        return store([event], this, asyncContext);
      }

      override publishAll(events: IEvent[]): Promise<void> {
        return store(events, this, asyncContext);
      }
    };
    Object.defineProperty(merged, 'name', { value: metatype.name });
    return merged as unknown as T;
  }

  override mergeObjectContext<T extends IAggregateRoot>(object: T, asyncContext?: AsyncContext): T {
    object.publish = (event) => this.store([event], object, asyncContext);
    object.publishAll = (events) => this.store(events, object, asyncContext);
    return object;
  }

  private store(
    events: IEvent[],
    aggregate: IAggregateRoot,
    asyncContext?: AsyncContext,
  ): Promise<void> {
    const where = `${aggregate.constructor.name}.commit of ${events.length} events`;
    const published: unknown = asyncContext
      ? this.bus.publishAll(events, aggregate, asyncContext)
      : this.bus.publishAll(events, aggregate);
    const stored = Promise.resolve(published as Promise<void>);
    if (!(aggregate instanceof AggregateRoot)) {
      stored.catch((error: unknown) => this.failures.report(where, undefined, error));
    }
    return stored;
  }
}
