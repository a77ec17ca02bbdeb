import { AsyncLocalStorage } from 'node:async_hooks';
import { OnModuleDestroy } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import {
  AsyncContext,
  CommandBus,
  EventBus,
  type IEventHandler,
  InvalidSagaException,
  type ISaga,
  UnhandledExceptionBus,
} from '@nestjs/cqrs';
import { catchError, defer, EMPTY, filter, mergeMap, Observable } from 'rxjs';
import { AggregateCommitter } from '../aggregate/aggregate-committer.js';
import { handlerName } from '../commands/handler-name.js';
import { contextAfter, runInNewContext } from '../context/message-context.js';
import { CommittedEvent, CommittedEvents } from '../events/committed-events.js';
import { EventRegistry } from '../events/event-registry.js';
import { EventWriter } from '../events/event-writer.js';
import { Instruments } from '../instrumentation/instruments.js';
import { EventHandlerFailures } from './event-handler-failures.js';
import { PersistentEventPublisher } from './persistent-event-publisher.js';

/** A stock `@EventsHandler` class, ready to be called. */
interface BoundHandler {
  readonly name: string;
  readonly handle: (event: object) => Promise<unknown>;
}

/**
 * The event bus of @nestjs/cqrs, except that publishing stores: `await publish(event)` means that the event is durable.
 * Stock `@EventsHandler` and `@Saga()` classes of this process hear of it afterwards, in the order of positions.
 *
 * They hear of it at most once, and not at all when the process dies in between: what must survive that is a
 * projection or a durable saga. One that throws is logged and harms no other, no later event and not the process.
 */
export class PersistentEventBus extends EventBus<object> implements OnModuleDestroy {
  private readonly handlers = new Map<string, BoundHandler[]>();
  private readonly running = new Set<Promise<unknown>>();
  private readonly failures: EventHandlerFailures;
  private sagaClass = '';
  /** The event on whose behalf code runs, also behind a delay or a query inside a saga. */
  private readonly delivering = new AsyncLocalStorage<CommittedEvent>();
  private delivered = 0;

  constructor(
    private readonly commands: CommandBus,
    private readonly modules: ModuleRef,
    exceptions: UnhandledExceptionBus,
    writer: EventWriter,
    committer: AggregateCommitter,
    registry: EventRegistry,
    committed: CommittedEvents,
    private readonly instruments: Instruments,
  ) {
    super(commands, modules, exceptions);
    this.failures = new EventHandlerFailures(exceptions);
    this.publisher = new PersistentEventPublisher(writer, committer, registry, this.failures);
    committed.subscribe((events) => events.forEach((event) => this.deliver(event)));
  }

  /** Resolves when no stock handler is running; their commands and events included. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.allSettled(this.running);
  }

  /** Handlers go on while requests in flight are finished; the base class would cut them off here. */
  override onModuleDestroy(): void {}

  /** Ends the sagas. */
  close(): void {
    super.onModuleDestroy();
  }

  override bind(handler: InstanceWrapper<IEventHandler<object>>, id: string): void {
    const bound = { name: `${handlerName(handler)}.handle`, handle: this.invoker(handler) };
    this.handlers.set(id, [...(this.handlers.get(id) ?? []), bound]);
  }

  override registerSagas(wrappers: InstanceWrapper<object>[] = []): void {
    for (const wrapper of wrappers) {
      this.sagaClass = handlerName(wrapper);
      super.registerSagas([wrapper]);
    }
  }

  protected override registerSaga(saga: ISaga<object>): void {
    if (typeof saga !== 'function') throw new InvalidSagaException();
    const commands$: unknown = saga(this);
    if (!(commands$ instanceof Observable)) throw new InvalidSagaException();
    const name = `${this.sagaClass}.${saga.name}`;
    let failedAfter = -1;
    const subscription = (commands$ as Observable<object | undefined>)
      .pipe(
        filter((command) => !!command),
        mergeMap((command) =>
          defer(() => this.track(this.commands.execute(command))).pipe(
            catchError((error: unknown) => {
              this.failures.report(name, this.delivering.getStore(), error);
              return EMPTY;
            }),
          ),
        ),
        catchError((error: unknown, again) => {
          // A saga that fails without having seen a further event would fail for ever.
          const hopeless = failedAfter === this.delivered;
          const where = hopeless ? `${name}, which is given up,` : name;
          this.failures.report(where, this.delivering.getStore(), error);
          failedAfter = this.delivered;
          return hopeless ? EMPTY : again;
        }),
      )
      .subscribe();
    this.subscriptions.push(subscription);
  }

  private deliver(committed: CommittedEvent): void {
    const { event, id, metadata } = committed;
    this.delivered += 1;
    const inContext = (work: () => void): void =>
      runInNewContext(contextAfter({ id, metadata }), () => this.delivering.run(committed, work));
    inContext(() => {
      const eventId = this.eventIdProvider.getEventId(event.constructor as never) ?? '';
      for (const { name, handle } of this.handlers.get(eventId) ?? []) {
        const step = { name, attributes: { 'hindsight.event': committed.type } };
        const handled = Promise.resolve()
          .then(() => this.instruments.trace(step, () => handle(event)))
          .catch((error: unknown) => this.failures.report(name, committed, error));
        void this.track(handled);
      }
      this.subject$.next(event);
    });
  }

  private invoker(wrapper: InstanceWrapper<IEventHandler<object>>): BoundHandler['handle'] {
    if (wrapper.isDependencyTreeStatic()) {
      return async (event) => wrapper.instance.handle(event) as unknown;
    }
    return async (event) => {
      const scope = AsyncContext.of(event) ?? new AsyncContext();
      const type = wrapper.metatype as new (...args: never[]) => IEventHandler<object>;
      const handler = await this.modules.resolve(type, scope.id, { strict: false });
      return handler.handle(event) as unknown;
    };
  }

  private track<T>(work: Promise<T>): Promise<T> {
    this.running.add(work);
    const done = (): unknown => this.running.delete(work);
    work.then(done, done);
    return work;
  }
}
