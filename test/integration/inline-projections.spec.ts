import { CommandBus } from '@nestjs/cqrs';
import {
  type AggregateRepository,
  type EventEnvelope,
  EventStore,
  getAggregateRepositoryToken,
  On,
  OnBatch,
  Projection,
  type ProjectionContext,
  type StoredEventData,
  Upcaster,
} from '../../src/event-sourcing/index.js';
import type { EntityManager } from 'typeorm';
import { ProcessingSupport } from '../../src/event-sourcing/processing/processing-support.js';
import { collect, Gate, until } from '../support/async.js';
import { compileKit } from '../support/booted-kit.js';
import { turnsOfTheEventLoop } from '../support/event-loop.js';
import { Counter } from '../support/counter.aggregate.js';
import {
  Increase,
  IncreaseHandler,
  StartPair,
  StartPairHandler,
} from '../support/counter.commands.js';
import { CounterIncreased, CounterStarted } from '../support/counter.events.js';
import { DATABASE_KINDS } from '../support/databases.js';
import { EffectsProcessor, range } from '../support/effects.js';
import {
  increased,
  InlineTotals,
  InlineWorld,
  newEvents,
  started,
} from '../support/inline-world.js';

/** What `counter.counted` was before the events had their present names. */
@Upcaster('counter.counted', { from: 1 })
class UpcastsCounted {
  upcast({ data }: StoredEventData): StoredEventData[] {
    return [
      { type: 'counter.started', version: 1, data: { label: 'old' } },
      { type: 'counter.increased', version: 1, data },
    ];
  }
}

class Increases extends EffectsProcessor {
  override readonly name = 'increases';
  override readonly eventTypes = ['counter.increased'];
  override readonly lifecycle = 'inline';
}

class Starts extends EffectsProcessor {
  override readonly name = 'starts';
  override readonly eventTypes = ['counter.started'];
  override readonly lifecycle = 'inline';
}

describe.each(DATABASE_KINDS)('an inline projection, with the log in %s', (kind) => {
  let world: InlineWorld;

  beforeEach(async () => {
    world = await InlineWorld.create(kind);
  });

  afterEach(() => world.end());

  const rowOf = (id: string, total: number, position: number, label = 'visits') => ({
    id,
    label,
    total,
    position,
  });

  it('has what was appended in the very next read, from the first append on', async () => {
    const { store } = await world.boot([InlineTotals]);
    await store.append('counter-a', 'none', newEvents(started));
    expect(await world.totals()).toEqual([rowOf('a', 0, 1)]);
    for (const nr of range(1, 10)) {
      await store.append('counter-a', nr, newEvents(increased(nr)));
      expect(await world.totals()).toEqual([rowOf('a', (nr * (nr + 1)) / 2, nr + 1)]);
    }
  });

  it('has a checkpoint when the application has started, and not some time later', async () => {
    const app = await compileKit({ database: world.database, providers: [Increases] });
    const { checkpoints } = app.get(ProcessingSupport);
    const gate = new Gate();
    let reads = 0;
    const read = checkpoints.read.bind(checkpoints);
    checkpoints.read = async (...name) => {
      reads += 1;
      await gate.opened;
      return read(...name);
    };
    let isUp = false;
    const starting = app.init().then(() => (isUp = true));
    await until(() => reads > 0);
    await turnsOfTheEventLoop(50);
    expect(isUp).toBe(false);
    gate.open();
    await starting;
    await app.get(EventStore).append('counter-a', 'none', newEvents(increased(1)));
    expect(await world.effects('increases')).toEqual([1]);
    await app.close();
  });

  it('has what any process appended, whoever has the lease', async () => {
    const apps = [await world.boot([InlineTotals]), await world.boot([InlineTotals])];
    await apps[0].store.append('counter-a', 'none', newEvents(started));
    for (const nr of range(1, 6)) {
      await apps[nr % 2].store.append('counter-a', nr, newEvents(increased(1)));
      expect(await world.totals()).toEqual([rowOf('a', nr, nr + 1)]);
    }
    expect(apps.flatMap(({ logs }) => logs.errors)).toEqual([]);
  });

  it('has what was stored by aggregates, commands, the bus and appends to several streams', async () => {
    const handlers = [IncreaseHandler, StartPairHandler];
    const { app, bus, store } = await world.boot([InlineTotals, ...handlers]);
    const counters = app.get<AggregateRepository<Counter>>(getAggregateRepositoryToken(Counter));
    const counter = new Counter('a');
    counter.start('visits');
    counter.increase(2);
    await counters.save(counter);
    expect(await world.totals()).toEqual([rowOf('a', 2, 2)]);
    await app.get(CommandBus).execute(new Increase('a', 3));
    expect(await world.totals()).toEqual([rowOf('a', 5, 3)]);
    const commandId = '01900000-0000-7000-8000-000000000001';
    for (const _ of range(1, 2)) {
      await app.get(CommandBus).execute(new StartPair('b', 'c', commandId));
    }
    await bus.publish(new CounterIncreased(1));
    await store.appendToStreams([
      { stream: 'counter-c', expectedRevision: 1, events: newEvents(increased(4)) },
      { stream: 'counter-b', expectedRevision: 1, events: [] },
      { stream: 'counter-a', expectedRevision: 3, events: newEvents(increased(5), increased(6)) },
    ]);
    expect(await world.totals()).toEqual([
      rowOf('a', 16, 9),
      rowOf('b', 0, 4, 'one'),
      rowOf('c', 4, 7, 'other'),
    ]);
    expect(await world.totals()).toEqual(await world.totalsOfLog());
  });

  it('counts an append that is repeated once, and lets checks and conflicts pass', async () => {
    const { store } = await world.boot([InlineTotals]);
    const events = newEvents(started, increased(2));
    await store.append('counter-a', 'none', events);
    expect(await store.append('counter-a', 'none', events)).toMatchObject({ repeated: true });
    await store.append('counter-a', 2, []);
    const outcomes = await Promise.allSettled([
      store.append('counter-a', 2, newEvents(increased(10))),
      store.append('counter-a', 2, newEvents(increased(100))),
      store.append('counter-a', 'any', []),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await world.totals()).toEqual([rowOf('a', 12, 3)]);
  });

  it('sees events as what upcasters make of them, with all that is recorded of them', async () => {
    const seen: EventEnvelope[] = [];
    @Projection({ name: 'curious', version: 1, lifecycle: 'inline' })
    class Curious {
      @On(CounterIncreased)
      async increased(_: CounterIncreased, { envelope }: ProjectionContext): Promise<void> {
        seen.push(envelope);
      }
    }
    const { store } = await world.boot([InlineTotals, UpcastsCounted, Curious]);
    const [event] = newEvents(['counter.counted', { by: 4 }]);
    const metadata = { correlationId: 'c', actor: 'somebody' };
    await store.append('counter-a', 'none', [{ ...event, metadata, tags: ['x'] }]);
    expect(await world.totals()).toEqual([rowOf('a', 4, 1, 'old')]);
    const [{ data: _, ...recorded }] = await collect(store.readLog());
    const lifted = { type: 'counter.increased', event: new CounterIncreased(4) };
    expect(seen).toEqual([{ ...recorded, ...lifted }]);
  });

  it('takes the events of a flight at once, in their order, where it says so', async () => {
    const batches: number[][] = [];
    @Projection({ name: 'batches', version: 1, lifecycle: 'inline' })
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
    const { store } = await world.boot([Batches]);
    await Promise.all([
      store.append('counter-a', 'none', newEvents(started, increased(1))),
      store.append('counter-b', 'none', newEvents(['counter.vanished', {}], increased(1))),
      store.append('counter-c', 'none', newEvents(started)),
    ]);
    expect(batches).toEqual([[1, 2, 4, 5]]);
  });

  it('beside others sees its own events, and each has a checkpoint of its own', async () => {
    const { store, support } = await world.boot([Increases, Starts]);
    await store.append('counter-a', 'any', newEvents(started, increased(1), started));
    await store.append('counter-a', 'any', newEvents(started));
    await store.append('other-a', 'any', newEvents(['other.thing', {}]));
    expect(await world.effects('starts')).toEqual([1, 3, 4]);
    expect(await world.effects('increases')).toEqual([2]);
    expect((await support.checkpoints.read('increases')).position).toBe(3);
    expect((await support.checkpoints.read('starts')).position).toBe(4);
  });

  it('folds what was in the log before it first, and then what is appended', async () => {
    await world.fill('counter-a', started, ...range(1, 300).map(() => increased(1)));
    const { processors, store } = await world.boot([InlineTotals]);
    await store.append('counter-a', 'any', newEvents(increased(10)));
    expect(await processors.caughtUp('totals', 15_000)).toBe(true);
    expect(await world.totals()).toEqual([rowOf('a', 310, 302)]);
    await store.append('counter-a', 'any', newEvents(increased(10)));
    expect(await world.totals()).toEqual([rowOf('a', 320, 303)]);
  });

  it('that was async goes on as inline, and the other way round', async () => {
    class AsyncIncreases extends EffectsProcessor {
      override readonly name = 'increases';
      override readonly eventTypes = ['counter.increased'];
    }
    for (const [nr, lifecycle] of [AsyncIncreases, Increases, AsyncIncreases].entries()) {
      const { app, processors, store } = await world.boot([lifecycle]);
      await store.append('counter-a', 'any', newEvents(increased(1), increased(1)));
      if (lifecycle === AsyncIncreases) await processors.caughtUp('increases', 15_000);
      expect(await world.effects('increases')).toEqual(range(1, 2 * nr + 2));
      await app.close();
    }
  });

  it('is caught up without waiting, in every process', async () => {
    const [owner, other] = [await world.boot([Increases]), await world.boot([Increases])];
    for (const { store, processors } of [owner, other]) {
      await store.append('counter-a', 'any', newEvents(increased(1), started));
      expect(await processors.caughtUp('increases', 0)).toBe(true);
    }
  });
});
