import { Injectable, Module } from '@nestjs/common';
import { EventBus, EventsHandler } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import type { PersistentEventBus } from '../../src/event-sourcing/event-bus/persistent-event-bus.js';
import {
  AggregateRepository,
  ConcurrencyError,
  EventSourcingModule,
  EventStore,
  InjectAggregateRepository,
  InMemoryEventStore,
} from '../../src/event-sourcing/index.js';
import { failureOf } from '../support/async.js';
import { bootKit, compileKit } from '../support/booted-kit.js';
import { CapturedLogs } from '../support/captured-logs.js';
import { Counter } from '../support/counter.aggregate.js';
import { CounterIncreased, CounterStarted } from '../support/counter.events.js';
import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';
import { CreateEffects1764000000900, effectsOf } from '../support/effects.js';

@Injectable()
class Turnstile {
  constructor(
    @InjectAggregateRepository(Counter) private readonly counters: AggregateRepository<Counter>,
  ) {}

  async open(): Promise<void> {
    const counter = await this.counters.findOrNew('gate');
    counter.start('gate');
    await this.counters.save(counter);
  }

  pass(): Promise<Counter> {
    return this.counters.execute('gate', (counter) => counter.increase(1));
  }

  /** A change before which someone else is always quicker. */
  passTooLate(): Promise<Counter> {
    return this.counters.execute('gate', async (counter) => {
      await this.pass();
      counter.increase(1);
    });
  }
}

@EventsHandler(CounterStarted, CounterIncreased)
class Witness {
  readonly heard: object[] = [];
  handle(event: object): void {
    this.heard.push(event);
  }
}

describe('the module', () => {
  const feature = EventSourcingModule.forFeature([Counter]);

  it('provides the repositories of a feature, whose events handlers hear of', async () => {
    const { app, bus } = await bootKit({ imports: [feature], providers: [Turnstile, Witness] });
    const turnstile = app.get(Turnstile);
    await turnstile.open();
    await turnstile.pass();
    await bus.idle();
    expect(app.get(Witness).heard).toEqual([new CounterStarted('gate'), new CounterIncreased(1)]);
    await app.close();
  });

  it('keeps repositories from modules that do not import the feature', async () => {
    @Module({ imports: [feature] })
    class Other {}
    const failure = await failureOf(compileKit({ imports: [Other], providers: [Turnstile] }));
    expect(failure.message).toContain('CounterAggregateRepository');
  });

  it('takes its options from elsewhere, too', async () => {
    const app = await Test.createTestingModule({
      imports: [
        EventSourcingModule.forRootAsync({ useFactory: () => ({ store: 'memory' as const }) }),
        feature,
      ],
      providers: [Turnstile],
    })
      .setLogger(new CapturedLogs())
      .compile();
    await app.init();
    await app.get(Turnstile).open();
    expect(app.get(EventStore)).toBeInstanceOf(InMemoryEventStore);
    expect(await app.get(EventStore).headPosition()).toBe(1);
    await app.close();
  });

  it('repeats changes as often as its options say', async () => {
    const { app, store } = await bootKit({
      imports: [feature],
      providers: [Turnstile],
      options: { store: 'memory', conflictRetry: { attempts: 3, firstDelayMs: 0 } },
    });
    const turnstile = app.get(Turnstile);
    await turnstile.open();
    await expect(turnstile.passTooLate()).rejects.toThrow(ConcurrencyError);
    expect(await store.streamRevision('counter-gate')).toBe(1 + 3);
    await app.close();
  });

  it('lets tests put another event bus in its place', async () => {
    const published: unknown[] = [];
    const app = await compileKit({
      configure: (builder) =>
        builder.overrideProvider(EventBus).useValue({
          publish: (event: object) => published.push(event),
          register: () => undefined,
          registerSagas: () => undefined,
        }),
    });
    await app.init();
    await app.get<PersistentEventBus>(EventBus).publish(new CounterStarted('x'));
    expect(published).toEqual([new CounterStarted('x')]);
    await app.close();
  });
});

describe.each(DATABASE_KINDS)('the tables of features, on %s', (kind) => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createDatabase(kind);
  });

  afterEach(() => database.drop());

  const boot = () => {
    const migrations = [CreateEffects1764000000900];
    const imports = [1, 2].map(() => EventSourcingModule.forFeature([Counter], { migrations }));
    return bootKit({ database, imports });
  };

  it('are created once, however many modules, processes and restarts ask for them', async () => {
    const atOnce = await Promise.all([boot(), boot(), boot()]);
    await Promise.all(atOnce.map(({ app }) => app.close()));
    const { app } = await boot();
    await app.close();
    expect(await effectsOf('nobody', database)).toEqual([]);
  });
});
