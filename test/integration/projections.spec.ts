import type { TestingModule } from '@nestjs/testing';
import { CommandBus, CommandHandler, EventBus, type ICommandHandler } from '@nestjs/cqrs';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { EntityManager } from 'typeorm';
import { v7 } from 'uuid';
import type { Provider } from '@nestjs/common';
import {
  Processors,
  DomainEvent,
  type EventEnvelope,
  EventSourcingModule,
  On,
  OnBatch,
  Projection,
  ProjectionContext,
  type StoredEventData,
  Upcaster,
} from '../../src/event-sourcing/index.js';
import { collect, until } from '../support/async.js';
import { bootKit, type BootedKit } from '../support/booted-kit.js';
import { CounterIncreased, CounterStarted } from '../support/counter.events.js';
import {
  CounterTotal,
  counterTotals,
  CounterTotalsProjection,
  CreateCounterTotals1764000000901,
} from '../support/counter-totals.js';
import {
  createDatabase,
  DATABASE_KINDS,
  openDatabase,
  type TestDatabase,
} from '../support/databases.js';
import { CreateEffects1764000000900, effectsOf, EffectsProcessor } from '../support/effects.js';

const PATIENCE_MS = 15_000;

/** An increase that is one in the eyes of JavaScript, and another event in the log. */
@DomainEvent('counter.doubled')
class CounterDoubled extends CounterIncreased {}

/** What `counter.counted` was before the events had their present names. */
@Upcaster('counter.counted', { from: 1 })
class UpcastsCounted {
  upcast({ data }: StoredEventData): StoredEventData[] {
    return [
      { type: 'counter.started', version: 1, data: { label: 'old' } },
      { type: 'counter.increased', version: 1, data },
      { type: 'counter.doubled', version: 1, data },
    ];
  }
}

class Count {}

@CommandHandler(Count)
class CountHandler implements ICommandHandler<Count> {
  calls = 0;

  execute(): Promise<void> {
    this.calls += 1;
    return Promise.resolve();
  }
}

describe.each(DATABASE_KINDS)('a projection, with the log in %s', (kind) => {
  let database: TestDatabase;
  let booted: BootedKit[];

  beforeEach(async () => {
    database = await createDatabase(kind);
    booted = [];
  });

  afterEach(async () => {
    await Promise.all(booted.map(({ app }) => app.close()));
    await database.drop();
  });

  async function boot(...providers: Provider[]): Promise<BootedKit> {
    const migrations = [CreateEffects1764000000900, CreateCounterTotals1764000000901];
    const kit = await bootKit({
      database,
      providers,
      imports: [
        EventSourcingModule.forFeature([], { migrations }),
        TypeOrmModule.forFeature([CounterTotal]),
      ],
    });
    booted.push(kit);
    return kit;
  }

  /** Into the log past every running application, as another process would. */
  async function fill(stream: string, ...events: (readonly [type: string, data: object])[]) {
    const open = await openDatabase(database);
    await open.store.append(
      stream,
      'any',
      events.map(([type, data]) => ({ id: v7(), type, version: 1, data: { ...data } })),
    );
    await open.close();
  }

  const started = ['counter.started', { label: 'visits' }] as const;
  const increased = (by: number) => ['counter.increased', { by }] as const;

  async function caughtUp(app: TestingModule, name = 'counter-totals'): Promise<void> {
    expect(await app.get(Processors).caughtUp(name, PATIENCE_MS)).toBe(true);
  }

  it('folds what was in the log before it, and what comes while it runs', async () => {
    await fill('counter-a', started, increased(2));
    const { app, bus } = await boot(CounterTotalsProjection);
    await caughtUp(app);
    await fill('counter-b', started, increased(5));
    await fill('counter-a', increased(3));
    await bus.publish(new CounterIncreased(100));
    await caughtUp(app);
    expect(await counterTotals(database)).toEqual([
      { id: 'a', label: 'visits', total: 5, position: 5 },
      { id: 'b', label: 'visits', total: 5, position: 4 },
    ]);
  });

  it('goes on where the handler that had its name before has stopped', async () => {
    class Before extends EffectsProcessor {
      override readonly name = 'counter-totals';
      override readonly eventTypes = ['counter.started', 'counter.increased'];
    }
    await fill('counter-a', started, increased(1));
    const first = await boot(Before);
    await caughtUp(first.app);
    await first.app.close();
    await fill('counter-b', started);
    const { app } = await boot(CounterTotalsProjection);
    await caughtUp(app);
    expect(await counterTotals(database)).toMatchObject([{ id: 'b' }]);
    expect(await effectsOf('counter-totals', database)).toEqual([1, 2]);
  });

  it('knows everything that was recorded about an event', async () => {
    const seen: [object, EventEnvelope][] = [];
    @Projection({ name: 'curious', version: 1 })
    class Curious {
      @On(CounterIncreased)
      async increased(event: CounterIncreased, { envelope }: ProjectionContext): Promise<void> {
        seen.push([event, envelope]);
      }
    }
    await fill('counter-a', started, increased(7));
    const { app, store } = await boot(Curious);
    await caughtUp(app, 'curious');
    const [recorded] = await collect(store.readLog({ after: 1 }));
    const { data: _, ...envelope } = recorded;
    const event = new CounterIncreased(7);
    expect(seen).toEqual([[event, { ...envelope, event }]]);
    expect(seen[0][0]).toBeInstanceOf(CounterIncreased);
  });

  it('takes the events of a batch at once, in their order, where it says so', async () => {
    const batches: number[][] = [];
    @Projection({ name: 'batches', version: 1 })
    class Batches {
      @OnBatch(CounterStarted, CounterIncreased)
      async fold(
        envelopes: readonly EventEnvelope<CounterStarted | CounterIncreased>[],
        manager: EntityManager,
      ): Promise<void> {
        expect(manager.queryRunner?.isTransactionActive).toBe(true);
        batches.push(envelopes.map(({ position }) => position));
      }
    }
    await fill('counter-a', started, increased(1));
    await fill('counter-b', ['counter.doubled', { by: 1 }], increased(1));
    const { app } = await boot(Batches);
    await caughtUp(app, 'batches');
    expect(batches).toEqual([[1, 2, 4]]);
  });

  it('that fails leaves nothing of the event at fault, and is tried again', async () => {
    let failures = 2;
    @Projection({ name: 'counter-totals', version: 1, entities: [CounterTotal] })
    class FailsTwice extends CounterTotalsProjection {
      @On(CounterIncreased)
      override async increased(event: CounterIncreased, context: ProjectionContext): Promise<void> {
        await super.increased(event, context);
        if (failures > 0) {
          failures -= 1;
          throw new Error('Not yet.');
        }
      }
    }
    await fill('counter-a', started, increased(2));
    const { app, logs } = await boot(FailsTwice);
    await until(() => logs.errors.length === 1);
    expect(await counterTotals(database)).toMatchObject([{ id: 'a', total: 0 }]);
    await caughtUp(app);
    expect(await counterTotals(database)).toMatchObject([{ id: 'a', total: 2 }]);
    expect(logs.errors).toHaveLength(1);
  });

  it('sees old events as what upcasters make of them, and nothing that it did not ask for', async () => {
    await fill('counter-a', ['counter.counted', { by: 4 }], ['counter.doubled', { by: 50 }]);
    const { app } = await boot(CounterTotalsProjection, UpcastsCounted);
    await caughtUp(app);
    expect(await counterTotals(database)).toEqual([
      { id: 'a', label: 'old', total: 4, position: 1 },
    ]);
  });

  it('takes an event for what it is, and not for what its class extends', async () => {
    const seen: object[] = [];
    @Projection({ name: 'exact', version: 1 })
    class Exact {
      @On(CounterIncreased, CounterDoubled)
      async either(event: CounterIncreased | CounterDoubled): Promise<void> {
        seen.push(event.constructor);
      }
    }
    await fill('counter-a', increased(1), ['counter.doubled', { by: 1 }]);
    const { app } = await boot(Exact, CounterTotalsProjection);
    await caughtUp(app, 'exact');
    await caughtUp(app);
    expect(seen).toEqual([CounterIncreased, CounterDoubled]);
  });

  it.each<[string, string, (kit: BootedKit) => Promise<unknown>]>([
    [
      'stores no events',
      'store events',
      ({ bus }) => bus.publish(new CounterIncreased(1)) as Promise<void>,
    ],
    ['sends no commands', 'send a command', ({ commands }) => commands.execute(new Count())],
  ])('%s: it is refused, and nothing comes of it', async (_, deed, act) => {
    @Projection({ name: 'acting', version: 1 })
    class Acting {
      @On(CounterStarted)
      started(): Promise<unknown> {
        return act(kit);
      }
    }
    const kit = await boot(Acting, CountHandler);
    await fill('counter-a', started);
    await until(() => kit.logs.errors.length > 0);
    expect(kit.logs.errors[0]).toContain(`Projection "acting" was about to ${deed}.`);
    expect(await kit.store.headPosition()).toBe(1);
    expect(kit.app.get(CountHandler).calls).toBe(0);
    await kit.app.get(EventBus).publish(new CounterIncreased(1));
    await kit.app.get(CommandBus).execute(new Count());
    expect(kit.app.get(CountHandler).calls).toBe(1);
  });
});
