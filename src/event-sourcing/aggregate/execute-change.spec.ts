import { failureOf } from '../../../test/support/async.js';
import { ConstantRandom, SettableClock } from '../../../test/support/controlled-environment.js';
import { Counter, NothingToCountError } from '../../../test/support/counter.aggregate.js';
import { CounterStarted } from '../../../test/support/counter.events.js';
import { FaultyEventStore } from '../../../test/support/faulty-event-store.js';
import { assembleKit } from '../../../test/support/kit.js';
import { counterOfThreeEvents } from '../../../test/support/stored-counter.js';
import { AggregateNotFoundError } from '../errors/aggregate.errors.js';
import { ConcurrencyError, StoreUnavailableError } from '../errors/store.errors.js';
import { InMemoryEventStore } from '../store/memory/in-memory-event-store.js';

describe('executing a change', () => {
  it('loads, changes, stores, and returns the aggregate as it was stored', async () => {
    const { counters } = await counterOfThreeEvents();
    const counter = await counters.execute('1', async (each) => {
      await Promise.resolve();
      each.increase(1);
    });
    expect(counter).toMatchObject({ total: 6, revision: 4 });
    expect(counter.getUncommittedEvents()).toEqual([]);
  });

  it('appends nothing when the change applies nothing', async () => {
    const store = new FaultyEventStore(new InMemoryEventStore(new SettableClock()));
    const counters = assembleKit({ store }).repository(Counter);
    const counter = new Counter('1');
    counter.start('visits');
    await counters.save(counter);
    await counters.execute('1', () => undefined);
    expect(store.appends).toBe(1);
  });

  it('passes on what the change throws, and stores nothing', async () => {
    const { counters, store } = await counterOfThreeEvents();
    const change = (counter: Counter): void => {
      counter.increase(1);
      counter.increase(0);
    };
    await expect(counters.execute('1', change)).rejects.toThrow(NothingToCountError);
    expect(await store.headPosition()).toBe(3);
  });

  it('of an aggregate that does not exist fails at once', async () => {
    const { counters } = await counterOfThreeEvents();
    await expect(counters.execute('2', () => undefined)).rejects.toThrow(AggregateNotFoundError);
  });
});

describe('a change that loses a race', () => {
  /** As many rivals as there are tries: before each of the first `races` saves, someone else is quicker. */
  async function changeAgainst(races: number, random: ConstantRandom, expectedRevision?: number) {
    const kit = assembleKit({ random, conflictRetry: { attempts: 4, firstDelayMs: 1 } });
    const counters = kit.repository(Counter);
    const counter = new Counter('1');
    counter.start('visits');
    await counters.save(counter);
    const seen: number[] = [];
    const result = counters.execute(
      '1',
      async (each) => {
        seen.push(each.total);
        each.increase(100);
        if (seen.length > races) return;
        const rival = await counters.load('1');
        rival.increase(1);
        await counters.save(rival);
      },
      { expectedRevision },
    );
    return { seen, result, store: kit.store };
  }

  it('is decided again on the new state, after a pause of random length', async () => {
    const random = new ConstantRandom(0);
    const { seen, result } = await changeAgainst(3, random);
    expect(await result).toMatchObject({ total: 103, revision: 5 });
    expect(seen).toEqual([0, 1, 2, 3]);
    expect(random.asked).toBe(3);
  });

  it('gives up after a bounded number of tries', async () => {
    const { seen, result } = await changeAgainst(4, new ConstantRandom(0));
    await expect(result).rejects.toThrow(ConcurrencyError);
    expect(seen).toHaveLength(4);
  });

  it('is not decided again when it was decided on one revision', async () => {
    const random = new ConstantRandom(0);
    const { seen, result } = await changeAgainst(1, random, 1);
    await expect(result).rejects.toMatchObject({ expected: 1, actual: 2 });
    expect(seen).toHaveLength(1);
    expect(random.asked).toBe(0);
  });

  it('is not even begun when the aggregate is past the expected revision', async () => {
    const { counters } = await counterOfThreeEvents();
    const change = (): never => {
      throw new Error('It was begun.');
    };
    const failure = await failureOf(counters.execute('1', change, { expectedRevision: 2 }));
    expect(failure).toMatchObject({ stream: 'counter-1', expected: 2, actual: 3, status: 409 });
  });

  it('is not repeated for other failures', async () => {
    const store = new FaultyEventStore(new InMemoryEventStore(new SettableClock()));
    const counters = assembleKit({ store }).repository(Counter);
    const counter = new Counter('1');
    counter.apply(new CounterStarted('visits'));
    await counters.save(counter);
    store.failNext('before the write');
    const failure = counters.execute('1', (each) => each.increase(1));
    await expect(failure).rejects.toThrow(StoreUnavailableError);
    expect(store.appends).toBe(2);
  });
});
