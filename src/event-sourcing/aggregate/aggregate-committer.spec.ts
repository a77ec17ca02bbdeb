import { failureOf } from '../../../test/support/async.js';
import { SettableClock } from '../../../test/support/controlled-environment.js';
import { Counter } from '../../../test/support/counter.aggregate.js';
import { FaultyEventStore } from '../../../test/support/faulty-event-store.js';
import { assembleKit } from '../../../test/support/kit.js';
import { ConfigurationError } from '../errors/event-sourcing.error.js';
import { ConcurrencyError, InvalidEventError } from '../errors/store.errors.js';
import { InMemoryEventStore } from '../store/memory/in-memory-event-store.js';
import { AggregateRoot } from './aggregate-root.js';
import { Aggregate } from './aggregate.decorator.js';

function counterNamed(id: string): Counter {
  const counter = new Counter(id);
  counter.start(id);
  return counter;
}

describe('committing several aggregates', () => {
  it('stores the events of all, in the order given', async () => {
    const { committer } = assembleKit();
    const [a, b] = [counterNamed('a'), counterNamed('b')];
    b.increase(1);
    expect(await committer.commit(b, a)).toMatchObject({
      position: 3,
      events: [
        { stream: 'counter-b', revision: 1, position: 1 },
        { stream: 'counter-b', revision: 2, position: 2 },
        { stream: 'counter-a', revision: 1, position: 3 },
      ],
    });
    expect([a.revision, b.revision]).toEqual([1, 2]);
    expect([...a.getUncommittedEvents(), ...b.getUncommittedEvents()]).toEqual([]);
  });

  it('stores nothing when one of them was changed by others, and can be repeated', async () => {
    const kit = assembleKit();
    await kit.committer.commit(counterNamed('b'));
    const [a, b] = [counterNamed('a'), counterNamed('b')];
    const failure = await failureOf(kit.committer.commit(a, b));
    expect(failure).toBeInstanceOf(ConcurrencyError);
    expect(failure).toMatchObject({ stream: 'counter-b', expected: 0, actual: 1 });
    expect(await kit.store.headPosition()).toBe(1);
    expect(a.getUncommittedEvents()).toHaveLength(1);
    await kit.committer.commit(a);
    expect(a.revision).toBe(1);
  });

  it('stores nothing when one of them has an event that cannot be stored', async () => {
    const kit = assembleKit();
    const [a, b] = [counterNamed('a'), counterNamed('b')];
    b.increase(Infinity);
    const failure = await failureOf(kit.committer.commit(a, b));
    expect(failure).toMatchObject({ code: 'unstorable-value', path: 'CounterIncreased.by' });
    expect(await kit.store.headPosition()).toBe(0);
    expect(b.getUncommittedEvents()).toHaveLength(2);
  });

  it('checks one that has applied nothing, and takes its revision for decided', async () => {
    const kit = assembleKit();
    const counters = kit.repository(Counter);
    await kit.committer.commit(counterNamed('limit'));
    const limit = await counters.load('limit');
    await kit.committer.commit(limit, counterNamed('a'));
    await counters.execute('limit', (counter) => counter.increase(1));
    await expect(kit.committer.commit(limit, counterNamed('b'))).rejects.toThrow(ConcurrencyError);
    expect(await counters.find('b')).toBeUndefined();
  });

  it('tells the head of the log when there was nothing to store', async () => {
    const kit = assembleKit();
    const counter = counterNamed('a');
    await kit.committer.commit(counter);
    expect(await kit.committer.commit(counter)).toMatchObject({ events: [], position: 1 });
  });

  it('of unknown outcome can be repeated, and is stored once', async () => {
    const store = new FaultyEventStore(new InMemoryEventStore(new SettableClock()));
    const { committer } = assembleKit({ store });
    const aggregates = [counterNamed('a'), counterNamed('b')];
    store.failNext('after the write');
    await failureOf(committer.commit(...aggregates));
    expect(await committer.commit(...aggregates)).toMatchObject({ repeated: true, position: 2 });
    expect(aggregates.map(({ revision }) => revision)).toEqual([1, 1]);
    expect(await store.headPosition()).toBe(2);
  });

  it('at once with others of them loses nothing and stores nothing twice', async () => {
    const kit = assembleKit();
    const [a, b, c] = ['a', 'b', 'c'].map(counterNamed);
    await Promise.all([
      kit.committer.commit(a, b),
      kit.committer.commit(b, c),
      kit.committer.commit(c, a),
    ]);
    expect(await kit.store.headPosition()).toBe(3);
  });

  it('refuses the same stream twice', async () => {
    const { committer } = assembleKit();
    await expect(committer.commit(counterNamed('a'), counterNamed('a'))).rejects.toThrow(
      InvalidEventError,
    );
  });
});

describe('@Aggregate', () => {
  it.each(['User', 'user-account', '1st', '', 'user.account'])(
    'refuses the category "%s", and shows a good one',
    (category) => {
      class Thing {}
      expect(() => Aggregate(category)(Thing)).toThrow(/Thing: .*@Aggregate\('user'\)/);
    },
  );

  it('is missing: a repository says what to write above the class', () => {
    class Orphan extends AggregateRoot {}
    const { repository } = assembleKit();
    expect(() => repository(Orphan)).toThrow(ConfigurationError);
    expect(() => repository(Orphan)).toThrow(/Orphan is not .* @Aggregate\('<category>'\)/);
  });

  it('holds for classes that extend the declared one, unless they declare another', () => {
    class Heir extends Counter {}
    @Aggregate('adopted')
    class Adopted extends Counter {}
    expect(new Heir('1').stream).toBe('counter-1');
    expect(new Adopted('1').stream).toBe('adopted-1');
  });
});
