import { Type } from '@nestjs/common';
import { AsyncContext, EventBus, EventPublisher, IAggregateRoot, IEvent } from '@nestjs/cqrs';

type Constructor<T> = Type<T> & (abstract new (...args: never[]) => T);

/**
 * The `EventPublisher` of @nestjs/cqrs, except that what it merges into aggregates returns the bus's promise: without
 * it nobody could wait until the events are stored.
 */
export class AwaitedEventPublisher extends EventPublisher {
  constructor(private readonly bus: EventBus) {
    super(bus);
  }

  override mergeClassContext<T extends Type<IAggregateRoot>>(
    metatype: T,
    asyncContext?: AsyncContext,
  ): T {
    const store = this.store.bind(this);
    return class extends (metatype as Constructor<IAggregateRoot>) {
      override publish(event: IEvent): Promise<void> {
        return store([event], this, asyncContext);
      }

      override publishAll(events: IEvent[]): Promise<void> {
        return store(events, this, asyncContext);
      }
    } as unknown as T;
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
    const stored: unknown = asyncContext
      ? this.bus.publishAll(events, aggregate, asyncContext)
      : this.bus.publishAll(events, aggregate);
    return stored as Promise<void>;
  }
}
