import { collect, failureOf, Gate, until } from '../../../test/support/async.js';
import { SettableClock } from '../../../test/support/controlled-environment.js';
import { Counter } from '../../../test/support/counter.aggregate.js';
import { CounterIncreased, CounterStarted } from '../../../test/support/counter.events.js';
import { FaultyEventStore } from '../../../test/support/faulty-event-store.js';
import { assembleKit } from '../../../test/support/kit.js';
import { MissingEventHandlerError, UnconnectedAggregateError } from '../errors/aggregate.errors.js';
import { ConcurrencyError, StoreUnavailableError } from '../errors/store.errors.js';
import { InMemoryEventStore } from '../store/memory/in-memory-event-store.js';

class Unheard {}

function startedCounter(): Counter {
  const counter = new Counter('1');
  counter.start('visits');
  return counter;
}

describe('an aggregate', () => {
  it('takes its state from the events it applies', () => {
    const counter = startedCounter();
    counter.increase(2);
    counter.increase(3);
    expect(counter).toMatchObject({ label: 'visits', total: 5 });
  });

  it('keeps what it applied until that is stored', () => {
    const counter = startedCounter();
    counter.increase(2);
    expect(counter.getUncommittedEvents()).toEqual([
      new CounterStarted('visits'),
      new CounterIncreased(2),
    ]);
  });

  it('gives a copy of its uncommitted events, which nobody can empty', () => {
    const counter = startedCounter();
    counter.getUncommittedEvents().length = 0;
    expect(counter.getUncommittedEvents()).toHaveLength(1);
  });

  it('forgets its uncommitted events when it is told to', () => {
    const counter = startedCounter();
    counter.uncommit();
    expect(counter.getUncommittedEvents()).toEqual([]);
  });

  it('refuses an event it has no handler for, says what to type, and does not keep it', () => {
    const counter = startedCounter();
    expect(() => counter.apply(new Unheard())).toThrow(MissingEventHandlerError);
    expect(() => counter.apply(new Unheard())).toThrow(/onUnheard\(event: Unheard\): void/);
    expect(counter.getUncommittedEvents()).toHaveLength(1);
  });

  it('keeps no event whose handler throws', () => {
    class Strict extends Counter {
      override onCounterIncreased(): void {
        throw new Error('No.');
      }
    }
    const counter = new Strict('1');
    expect(() => counter.increase(1)).toThrow('No.');
    expect(counter.getUncommittedEvents()).toEqual([]);
  });

  it('keeps an event without calling its handler when asked to', () => {
    const counter = startedCounter();
    counter.apply(new CounterIncreased(7), { skipHandler: true });
    expect(counter.total).toBe(0);
    expect(counter.getUncommittedEvents()).toHaveLength(2);
  });

  it('does not keep what comes from history, and counts it', () => {
    const counter = new Counter('1');
    counter.loadFromHistory([new CounterStarted('visits'), new CounterIncreased(2)]);
    counter.apply(new CounterIncreased(3), true);
    expect(counter).toMatchObject({ label: 'visits', total: 5, revision: 3 });
    expect(counter.getUncommittedEvents()).toEqual([]);
  });

  it('has a stream, named by its category and id, and revision 0 as long as it is not stored', () => {
    expect(startedCounter()).toMatchObject({ stream: 'counter-1', revision: 0 });
  });

  it('has its own fields in its snapshot, and nothing of the kit', () => {
    const counter = assembleKit().connect(startedCounter());
    counter.publish = () => undefined;
    counter.becomeHistorical();
    expect(counter.toSnapshot()).toEqual({ label: 'visits', total: 0 });
  });

  it('takes over a snapshot, unless a field is missing in it', () => {
    const counter = new Counter('1');
    counter.fromSnapshot({ label: 'visits', total: 7 });
    expect(counter).toMatchObject({ id: '1', label: 'visits', total: 7, revision: 0 });
    expect(() => counter.fromSnapshot({ label: 'visits' })).toThrow('It has no total.');
  });

  it('refuses autoCommit, which nobody could await', () => {
    const counter = new Counter('1');
    expect(() => (counter.autoCommit = true)).toThrow(/await commit\(\)/);
    expect(counter.autoCommit).toBe(false);
    expect(() => (counter.autoCommit = false)).not.toThrow();
  });
});

describe('commit() of an aggregate that nobody has connected', () => {
  it('is refused, with the ways to connect it, and loses nothing', async () => {
    const counter = startedCounter();
    const failure = await failureOf(counter.commit());
    expect(failure).toBeInstanceOf(UnconnectedAggregateError);
    expect(failure.message).toMatch(/repository\.save\(aggregate\), or eventPublisher\.merge/);
    expect(counter.getUncommittedEvents()).toHaveLength(1);
  });

  it('is refused too where publishing goes past the store', async () => {
    const counter = startedCounter();
    counter.publishAll = () => undefined;
    await expect(counter.commit()).rejects.toThrow(UnconnectedAggregateError);
    expect(counter.getUncommittedEvents()).toHaveLength(1);
  });

  it('succeeds when there is nothing to store', async () => {
    await expect(new Counter('1').commit()).resolves.toBeUndefined();
  });
});

describe('commit() of a connected aggregate', () => {
  const store = (): FaultyEventStore =>
    new FaultyEventStore(new InMemoryEventStore(new SettableClock()));

  it('stores what was applied, in order, and leaves nothing uncommitted', async () => {
    const kit = assembleKit();
    const counter = kit.connect(startedCounter());
    counter.increase(2);
    await counter.commit();
    const stored = await collect(kit.reader.readStream('counter-1'));
    expect(stored.map(({ event }) => event)).toEqual([
      new CounterStarted('visits'),
      new CounterIncreased(2),
    ]);
    expect(counter.getUncommittedEvents()).toEqual([]);
    expect(counter.revision).toBe(2);
  });

  it('goes on at the end of the stream', async () => {
    const kit = assembleKit();
    const counter = kit.connect(startedCounter());
    await counter.commit();
    counter.increase(2);
    await counter.commit();
    expect(await kit.store.streamRevision('counter-1')).toBe(2);
  });

  it.each(['before the write', 'after the write'] as const)(
    'that fails %s loses nothing, and repeated stores each event once',
    async (fault) => {
      const faulty = store();
      const kit = assembleKit({ store: faulty });
      const counter = kit.connect(startedCounter());
      counter.increase(2);
      faulty.failNext(fault, fault);
      await expect(counter.commit()).rejects.toThrow(StoreUnavailableError);
      await expect(counter.commit()).rejects.toThrow(StoreUnavailableError);
      expect(counter.getUncommittedEvents()).toHaveLength(2);
      await counter.commit();
      expect(await faulty.headPosition()).toBe(2);
      expect(counter).toMatchObject({ revision: 2, total: 2 });
      expect(counter.getUncommittedEvents()).toEqual([]);
    },
  );

  it('that was stored although it failed is announced once, by the one that succeeds', async () => {
    const faulty = store();
    const kit = assembleKit({ store: faulty });
    const heard: number[] = [];
    kit.committed.subscribe((events) => heard.push(...events.map(({ position }) => position)));
    const counter = kit.connect(startedCounter());
    faulty.failNext('after the write');
    await expect(counter.commit()).rejects.toThrow(StoreUnavailableError);
    expect(heard).toEqual([]);
    await counter.commit();
    expect(heard).toEqual([1]);
  });

  it('twice at once stores each event once', async () => {
    const kit = assembleKit();
    const counter = kit.connect(startedCounter());
    await Promise.all([counter.commit(), counter.commit()]);
    expect(await kit.store.headPosition()).toBe(1);
  });

  it('after one that failed stores, though it was asked for before that failure', async () => {
    const faulty = store();
    const kit = assembleKit({ store: faulty });
    const counter = kit.connect(startedCounter());
    faulty.failNext('before the write');
    const [first, second] = await Promise.allSettled([counter.commit(), counter.commit()]);
    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
    expect(await faulty.headPosition()).toBe(1);
  });

  it('leaves alone what is applied while it is under way', async () => {
    const faulty = store();
    const kit = assembleKit({ store: faulty });
    const gate = new Gate();
    faulty.writeAfter(gate.opened);
    const counter = kit.connect(startedCounter());
    const commit = counter.commit();
    await until(() => faulty.appends === 1);
    counter.increase(2);
    gate.open();
    await commit;
    expect(counter.getUncommittedEvents()).toEqual([new CounterIncreased(2)]);
    expect(counter.revision).toBe(1);
    await counter.commit();
    expect(await faulty.streamRevision('counter-1')).toBe(2);
  });

  it('is refused when others have stored events of this aggregate meanwhile', async () => {
    const kit = assembleKit();
    const [mine, theirs] = [kit.connect(startedCounter()), kit.connect(startedCounter())];
    await theirs.commit();
    await expect(mine.commit()).rejects.toThrow(ConcurrencyError);
    expect(mine.getUncommittedEvents()).toHaveLength(1);
  });
});
