import { Injectable, Module, type OnModuleInit, type Type } from '@nestjs/common';
import {
  AsyncContext,
  CommandBus,
  CqrsModule,
  EventBus,
  EventPublisher,
  Publishable,
  UnhandledExceptionBus,
} from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import { type Observable, Subject } from 'rxjs';
import { until } from '../support/async.js';
import {
  Answer,
  AnswerHandler,
  AnswerSaga,
  Bell,
  OtherAnswerHandler,
  Rang,
  RangHandler,
  RangTwice,
  RecordingPublisher,
  Unheard,
  Unknown,
} from '../support/bell.js';
import { CapturedLogs } from '../support/captured-logs.js';

/*
 * What @nestjs/cqrs itself does, without the kit. Each test says which part of the kit relies on it or works around
 * it: when an update of @nestjs/cqrs fails one, look there.
 */

describe('@nestjs/cqrs', () => {
  let app: TestingModule;
  let logs: CapturedLogs;

  async function boot(...providers: Type<object>[]): Promise<EventBus> {
    logs = new CapturedLogs();
    app = await Test.createTestingModule({ imports: [CqrsModule.forRoot()], providers })
      .setLogger(logs)
      .compile();
    await app.init();
    return app.get(EventBus);
  }

  afterEach(() => app.close());

  // AggregateRoot replaces commit(): nobody could wait for this one.
  it('gives no promise back from commit, and empties the array it handed out at once', async () => {
    const bus = await boot();
    const publisher = new RecordingPublisher();
    bus.publisher = publisher;
    const bell = app.get(EventPublisher).mergeObjectContext(new Bell());
    bell.ring();
    expect(bell.commit()).toBeUndefined();
    // PersistentEventPublisher.publishAll copies the array before its first await.
    expect(publisher.calls[0].events).toEqual([]);
    expect(publisher.calls[0].dispatcher).toBe(bell);
  });

  // AwaitedEventPublisher exists because of this.
  it('gives no promise back from what EventPublisher merges into aggregates', async () => {
    const bus = await boot();
    bus.publisher = new RecordingPublisher();
    const publisher = app.get(EventPublisher);
    const merged = publisher.mergeObjectContext(new Bell());
    const ofMergedClass = new (publisher.mergeClassContext(Bell))();
    for (const bell of [merged, ofMergedClass]) {
      expect([bell.publish(new Rang()), bell.publishAll([new Rang()])]).toEqual([
        undefined,
        undefined,
      ]);
    }
  });

  // AwaitedEventPublisher and PersistentEventBus leave publishing to the bus, which passes on what the publisher returns.
  it('gives the promise of the publisher back from the bus', async () => {
    const bus = await boot();
    const publisher = new RecordingPublisher();
    bus.publisher = publisher;
    await expect(bus.publish(new Rang())).resolves.toBeUndefined();
    await expect(bus.publishAll([new Rang()], 'dispatcher')).resolves.toBeUndefined();
    expect(publisher.calls.map(({ dispatcher }) => dispatcher)).toEqual([undefined, 'dispatcher']);
  });

  // AggregateRoot.commit refuses: the events went past its stream, and it was not told.
  it('publishes from a @Publishable class without naming the aggregate, and without a promise', async () => {
    @Publishable()
    class PublishableBell extends Bell {}
    const bus = await boot();
    const publisher = new RecordingPublisher();
    bus.publisher = publisher;
    const bell = new PublishableBell();
    bell.ring();
    bell.commit();
    expect(publisher.calls).toMatchObject([{ dispatcher: undefined }]);
  });

  // AggregateRoot.handle and the boot checks look for the same method names.
  it('finds the handler of an event by the name of its class, and ignores a missing one', async () => {
    await boot();
    const bell = new Bell();
    bell.ring();
    expect(() => bell.apply(new Unheard())).not.toThrow();
    expect(bell.heard).toBe(1);
    expect(bell.getUncommittedEvents()).toHaveLength(2);
  });

  // PersistentEventBus.deliver feeds handlers and subject$ itself, after the append.
  it('calls no handler when the publisher is not its own', async () => {
    const bus = await boot(RangHandler);
    const seen: object[] = [];
    bus.subscribe((event) => seen.push(event));
    bus.publisher = new RecordingPublisher();
    await bus.publish(new Rang());
    expect([...seen, ...app.get(RangHandler).heard]).toEqual([]);
  });

  // PersistentEventBus.deliver: subject$ is what sagas and subscribers of the bus listen to.
  it('emits to its subscribers what is put into subject$', async () => {
    const bus = await boot(RangHandler);
    const seen: object[] = [];
    bus.subscribe((event) => seen.push(event));
    bus.subject$.next(new Rang(3));
    await until(() => app.get(RangHandler).heard.length === 1);
    expect(seen).toEqual([new Rang(3)]);
    expect(bus.subject$).toBeInstanceOf(Subject);
  });

  // PersistentEventBus.deliver asks eventIdProvider for the handlers of an event, in the hope of the same answer.
  it('takes the handlers of a class for those of its subclasses, and knows events by random ids', async () => {
    const bus = await boot(RangHandler);
    bus.publish(new RangTwice(2));
    await until(() => app.get(RangHandler).heard.length === 1);
    const { eventIdProvider } = bus as unknown as {
      eventIdProvider: { getEventId(event: object): string | null };
    };
    expect(eventIdProvider.getEventId(RangTwice)).toBe(eventIdProvider.getEventId(Rang));
    // @DomainEvent names events: these ids are others in every process.
    expect(eventIdProvider.getEventId(Rang)).toMatch(/^[0-9a-f-]{36}$/);
    expect(eventIdProvider.getEventId(Unheard)).toBeNull();
  });

  // EventHandlerFailures names the class, the event, its stream and position.
  it('goes on after a handler that throws, without naming it in the log', async () => {
    const bus = await boot(RangHandler);
    const unhandled: unknown[] = [];
    app.get(UnhandledExceptionBus).subscribe((info) => unhandled.push(info));
    bus.publish(new Rang(13));
    bus.publish(new Rang(14));
    await until(() => app.get(RangHandler).heard.length === 2 && unhandled.length === 1);
    expect(logs.errors).toEqual(['"InstanceWrapper" has thrown an unhandled exception.']);
    // EventHandlerFailures.report keeps this shape.
    expect(unhandled).toEqual([{ cause: new Rang(13), exception: new Error('Thirteen!') }]);
  });

  // PersistentEventBus.registerSaga subscribes again.
  it('ends a saga for good when it has thrown once', async () => {
    const bus = await boot(AnswerSaga, AnswerHandler);
    for (const nr of [1, 13, 2]) bus.publish(new Rang(nr));
    await until(() => logs.errors.length === 1);
    bus.publish(new Rang(3));
    expect(app.get(AnswerHandler).heard).toEqual([1]);
  });

  // PersistentEventBus overrides bind and registerSaga, and knows the method by the saga's name.
  it('registers handlers through bind, and sagas through registerSaga with the name of the method', async () => {
    const calls: unknown[][] = [];
    class WatchedBus extends EventBus {
      override bind(...[wrapper, id]: Parameters<EventBus['bind']>): void {
        calls.push(['bind', wrapper.metatype, id]);
      }
      protected override registerSaga(
        saga: (events$: Observable<object>) => Observable<never>,
      ): void {
        calls.push(['registerSaga', saga.name]);
      }
    }
    await boot();
    const bus = new WatchedBus(undefined as never, undefined as never, undefined as never);
    for (const instance of [new RangHandler(), new AnswerSaga()]) {
      const wrapper = {
        metatype: instance.constructor,
        instance,
        isDependencyTreeStatic: () => true,
      } as never;
      if (instance instanceof RangHandler) bus.register([wrapper]);
      else bus.registerSagas([wrapper]);
    }
    expect(calls).toEqual([
      ['bind', RangHandler, expect.any(String)],
      ['registerSaga', 'answer'],
    ]);
  });

  // PersistentEventBus.onModuleDestroy does nothing, so that events are heard until the last request is answered.
  it('cuts handlers and sagas off in onModuleDestroy', async () => {
    const bus = await boot(RangHandler);
    bus.onModuleDestroy();
    bus.publish(new Rang());
    expect(app.get(RangHandler).heard).toEqual([]);
  });

  // The kit stores such events and delivers them to nobody, as its documentation says.
  it('has no handlers yet in onModuleInit', async () => {
    @Injectable()
    class Early implements OnModuleInit {
      constructor(private readonly bus: EventBus) {}
      onModuleInit(): void {
        this.bus.publish(new Rang());
      }
    }
    await boot(Early, RangHandler);
    expect(app.get(RangHandler).heard).toEqual([]);
  });

  // PipelineCommandBus.execute is asynchronous from its first line on.
  it('throws for an unknown command instead of rejecting', async () => {
    await boot();
    expect(() => void app.get(CommandBus).execute(new Unknown())).toThrow(/Unknown/);
  });

  // PipelineCommandBus.bind fails the boot.
  it('lets the second of two handlers of a command win, with a warning', async () => {
    await boot(AnswerHandler, OtherAnswerHandler);
    await app.get(CommandBus).execute(new Answer(1));
    expect(app.get(OtherAnswerHandler).heard).toEqual([1]);
    expect(logs.warnings).toEqual([expect.stringContaining('already registered')]);
  });

  // AwaitedEventPublisher always uses publishAll, so that a commit can be repeated.
  it('attaches an AsyncContext to an event once: publish again throws, publishAll does not', async () => {
    const bus = await boot();
    const event = new Rang();
    bus.publish(event, new AsyncContext());
    expect(() => void bus.publish(event, new AsyncContext())).toThrow(/redefine/);
    expect(() => void bus.publishAll([event], new AsyncContext())).not.toThrow();
    // The context of the kit is in AsyncLocalStorage: events may be frozen.
    expect(() => void bus.publish(Object.freeze(new Rang()), new AsyncContext())).toThrow(
      /extensible/,
    );
  });

  // cqrsThatStores puts the kit's buses there.
  it('takes providers of the dynamic module over its own, also for its registrations', async () => {
    const registered: number[] = [];
    class OtherBus {
      register = (handlers: object[]): unknown => registered.push(handlers.length);
      registerSagas = (): void => undefined;
    }
    const { providers = [], ...cqrs } = CqrsModule.forRoot();
    @Module({
      imports: [{ ...cqrs, providers: [...providers, { provide: EventBus, useClass: OtherBus }] }],
      providers: [RangHandler],
    })
    class Application {}
    app = await Test.createTestingModule({ imports: [Application] }).compile();
    await app.init();
    expect(app.get(EventBus)).toBeInstanceOf(OtherBus);
    expect(registered).toEqual([1]);
  });
});
