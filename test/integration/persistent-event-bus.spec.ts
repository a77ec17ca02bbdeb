import { Injectable, type OnModuleInit, Scope } from '@nestjs/common';
import { EventBus, EventsHandler, ofType, Saga } from '@nestjs/cqrs';
import { EMPTY, mergeMap, type Observable } from 'rxjs';
import {
  CommittedEvents,
  DomainEvent,
  EventStore,
  StoreUnavailableError,
  UndeclaredEventError,
} from '../../src/event-sourcing/index.js';
import { collect, failureOf, Gate } from '../support/async.js';
import { bootKit, type BootedKit, type BootOptions } from '../support/booted-kit.js';
import { CounterIncreased, CounterStarted } from '../support/counter.events.js';
import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';

@DomainEvent<MailSent>('mail.sent', { stream: ({ to }) => `mail-${to}` })
class MailSent {
  constructor(readonly to: string) {}
}

class NobodyDeclaredThis {}

/** Hears of events, and looks into the log whether they are there. */
@EventsHandler(CounterStarted, CounterIncreased, MailSent)
class Witness {
  readonly heard: object[] = [];
  readonly logWhenHeard: number[] = [];

  constructor(private readonly store: EventStore) {}

  async handle(event: object): Promise<void> {
    this.heard.push(event);
    this.logWhenHeard.push(await this.store.headPosition());
  }
}

@Injectable()
class WatchingSaga {
  readonly heard: object[] = [];

  @Saga()
  watch(events$: Observable<object>): Observable<never> {
    return events$.pipe(
      mergeMap((event) => {
        this.heard.push(event);
        return EMPTY;
      }),
    );
  }
}

let kit: BootedKit;

async function boot(options: BootOptions = {}): Promise<BootedKit> {
  kit = await bootKit({ providers: [Witness, WatchingSaga], ...options });
  return kit;
}

afterEach(() => kit.app.close());

describe.each(['memory', ...DATABASE_KINDS] as const)('publishing, with the log in %s', (kind) => {
  let database: TestDatabase | undefined;

  beforeAll(async () => {
    database = kind === 'memory' ? undefined : await createDatabase(kind);
  });

  afterAll(() => database?.drop());

  it('stores the event before any handler hears of it', async () => {
    const { bus, store, app } = await boot({ database });
    const before = await store.headPosition();
    await bus.publish(new CounterStarted('visits'));
    expect(await store.headPosition()).toBe(before + 1);
    await bus.idle();
    expect(app.get(Witness)).toMatchObject({
      heard: [new CounterStarted('visits')],
      logWhenHeard: [before + 1],
    });
  });

  it('feeds handlers, sagas and subscribers in the order of positions, however many publish', async () => {
    const { bus, app } = await boot({ database });
    const subscribed: object[] = [];
    bus.subscribe((event) => subscribed.push(event));
    const byPosition = new Map<object, number>();
    app
      .get(CommittedEvents)
      .subscribe((events) =>
        events.forEach(({ event, position }) => byPosition.set(event, position)),
      );
    await Promise.all(
      Array.from({ length: 40 }, async (_, publisher) => {
        for (let nr = 1; nr <= 5; nr += 1) {
          await bus.publishAll([new CounterIncreased(nr), new MailSent(`p${publisher}`)]);
        }
      }),
    );
    await bus.idle();
    const ascending = [...byPosition.values()].toSorted((a, b) => a - b);
    expect(ascending).toHaveLength(400);
    for (const heard of [app.get(Witness).heard, app.get(WatchingSaga).heard, subscribed]) {
      expect(heard.map((event) => byPosition.get(event))).toEqual(ascending);
    }
  });
});

describe('the stream of a published event', () => {
  it('is the one its declaration names, or one of its type', async () => {
    const { bus, store } = await boot();
    await bus.publishAll([
      new MailSent('jane'),
      new CounterStarted('visits'),
      new MailSent('john'),
    ]);
    const stored = await collect(store.readLog());
    expect(stored.map(({ stream }) => stream)).toEqual([
      'mail-jane',
      'published-counter.started',
      'mail-john',
    ]);
  });

  it('may be the same for events of many publishers at once', async () => {
    const { bus, store } = await boot();
    await Promise.all(
      Array.from({ length: 20 }, () => bus.publish(new MailSent('jane')) as Promise<void>),
    );
    expect(await store.streamRevision('mail-jane')).toBe(20);
  });
});

describe('publishing several events', () => {
  it('stores all of them or none', async () => {
    const { bus, store } = await boot();
    const failure = await failureOf(
      bus.publishAll([new MailSent('jane'), new MailSent('a b')]) as Promise<void>,
    );
    expect(failure).toMatchObject({ code: 'invalid-event' });
    expect(await store.headPosition()).toBe(0);
  });

  it('of none at all does nothing', async () => {
    const { bus, faulty } = await boot();
    await bus.publishAll([]);
    expect(faulty.appends).toBe(0);
  });
});

describe('an event that could not be stored', () => {
  it('is heard of by nobody', async () => {
    const { bus, faulty, app } = await boot();
    faulty.failNext('before the write');
    await expect(bus.publish(new MailSent('jane'))).rejects.toThrow(StoreUnavailableError);
    await bus.idle();
    expect([...app.get(Witness).heard, ...app.get(WatchingSaga).heard]).toEqual([]);
  });

  it('because it is not declared is refused with what to type, and nothing else is stored', async () => {
    const { bus, store } = await boot();
    const failure = await failureOf(
      bus.publishAll([new MailSent('jane'), new NobodyDeclaredThis()]) as Promise<void>,
    );
    expect(failure).toBeInstanceOf(UndeclaredEventError);
    expect(failure.message).toMatch(/NobodyDeclaredThis .* @DomainEvent\('/);
    expect(await store.headPosition()).toBe(0);
  });

  it.each(['before the write', 'after the write'] as const)(
    'as far as the publisher knows (%s) is stored and heard of once when it is published again',
    async (fault) => {
      const { bus, faulty, app } = await boot();
      const event = new MailSent('jane');
      faulty.failNext(fault);
      await failureOf(bus.publish(event) as Promise<void>);
      await bus.publish(event);
      await bus.idle();
      expect(await faulty.headPosition()).toBe(1);
      expect(app.get(Witness).heard).toEqual([event]);
    },
  );
});

describe('one event instance', () => {
  it('published twice at once is stored and heard of once', async () => {
    const { bus, store, app } = await boot();
    const event = new MailSent('jane');
    await Promise.all([bus.publish(event), bus.publish(event)]);
    await bus.idle();
    expect(await store.headPosition()).toBe(1);
    expect(app.get(Witness).heard).toEqual([event]);
  });

  it('published again after it was stored is another event', async () => {
    const { bus, store } = await boot();
    const event = new MailSent('jane');
    await bus.publish(event);
    await bus.publish(event);
    expect(await store.headPosition()).toBe(2);
  });
});

describe('hearing of events', () => {
  it('works for a handler in request scope, which gets an instance of its own for each', async () => {
    const instances = new Set<object>();
    @EventsHandler(MailSent, { scope: Scope.REQUEST })
    class Scoped {
      constructor(private readonly store: EventStore) {}
      async handle(): Promise<void> {
        if (await this.store.headPosition()) instances.add(this);
      }
    }
    const { bus } = await boot({ providers: [Scoped] });
    await bus.publishAll([new MailSent('jane'), new MailSent('john')]);
    await bus.idle();
    expect(instances.size).toBe(2);
  });

  it('works for subscribers of the bus, of all events or of some', async () => {
    const { bus } = await boot();
    const [all, mails]: object[][] = [[], []];
    bus.subscribe((event) => all.push(event));
    bus.pipe(ofType(MailSent)).subscribe((event) => mails.push(event));
    await bus.publishAll([new MailSent('jane'), new CounterStarted('visits')]);
    expect(all).toEqual([new MailSent('jane'), new CounterStarted('visits')]);
    expect(mails).toEqual([new MailSent('jane')]);
  });

  it('works for a handler of the class an event extends', async () => {
    @DomainEvent('mail.sent-twice')
    class MailSentTwice extends MailSent {}
    const { bus, app } = await boot();
    await bus.publish(new MailSentTwice('jane'));
    await bus.idle();
    expect(app.get(Witness).heard).toEqual([new MailSentTwice('jane')]);
  });

  it('begins with the application; what is published before is stored all the same', async () => {
    @Injectable()
    class Early implements OnModuleInit {
      constructor(private readonly events: EventBus) {}
      async onModuleInit(): Promise<void> {
        await this.events.publish(new MailSent('early'));
      }
    }
    const { bus, store, app } = await boot({ providers: [Early, Witness] });
    await bus.idle();
    expect(await store.streamRevision('mail-early')).toBe(1);
    expect(app.get(Witness).heard).toEqual([]);
  });

  it('of an event does not hold up whoever published it', async () => {
    const gate = new Gate();
    let finished = false;
    @EventsHandler(MailSent)
    class Slow {
      async handle(): Promise<void> {
        await gate.opened;
        finished = true;
      }
    }
    const { bus } = await boot({ providers: [Slow] });
    await bus.publish(new MailSent('jane'));
    expect(finished).toBe(false);
    gate.open();
    await bus.idle();
    expect(finished).toBe(true);
  });
});
