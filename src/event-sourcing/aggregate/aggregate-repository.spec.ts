import { setImmediate as nextTurn } from 'node:timers/promises';
import { failureOf, until } from '../../../test/support/async.js';
import { numberedId, SettableClock } from '../../../test/support/controlled-environment.js';
import { Counter } from '../../../test/support/counter.aggregate.js';
import { CounterIncreased } from '../../../test/support/counter.events.js';
import { FaultyEventStore } from '../../../test/support/faulty-event-store.js';
import { assembleKit } from '../../../test/support/kit.js';
import { counterOfThreeEvents } from '../../../test/support/stored-counter.js';
import { AggregateNotFoundError, HistoricalAggregateError } from '../errors/aggregate.errors.js';
import { ConcurrencyError } from '../errors/store.errors.js';
import { InMemoryEventStore } from '../store/memory/in-memory-event-store.js';

/** A new counter, and a repository whose store takes a few turns to write. */
function slowlySaved() {
  const store = new FaultyEventStore(new InMemoryEventStore(new SettableClock()));
  store.writeAfter(nextTurn());
  const kit = assembleKit({ store });
  const heard: string[] = [];
  kit.committed.subscribe((events) => heard.push(...events.map(({ type }) => type)));
  const counter = new Counter('1');
  counter.start('visits');
  return { counter, counters: kit.repository(Counter), heard, store };
}

describe('loading an aggregate', () => {
  it('replays its events', async () => {
    const { counters } = await counterOfThreeEvents();
    const counter = await counters.load('1');
    expect(counter).toMatchObject({ id: '1', label: 'visits', total: 5, revision: 3 });
    expect(counter.getUncommittedEvents()).toEqual([]);
  });

  it('that does not exist is a failure of load, and undefined for find', async () => {
    const { counters } = await counterOfThreeEvents();
    const failure = await failureOf(counters.load('2'));
    expect(failure).toBeInstanceOf(AggregateNotFoundError);
    expect(failure).toMatchObject({
      code: 'counter-not-found',
      status: 404,
      message: 'There is no counter 2.',
    });
    expect(await counters.find('2')).toBeUndefined();
  });

  it('is not misled by another one whose id begins alike', async () => {
    const { counters } = await counterOfThreeEvents();
    const other = new Counter('1-a');
    other.start('clicks');
    await counters.save(other);
    expect(await counters.find('1-')).toBeUndefined();
  });

  it('counts stored events, whatever upcasters make of them', async () => {
    const kit = assembleKit({
      upcasters: {
        'counter.doubled': () =>
          [1, 2].map((by) => ({ type: 'counter.increased', version: 1, data: { by } })),
        'counter.admired': () => [],
      },
    });
    await kit.store.append('counter-1', 'none', [
      { id: numberedId(1), type: 'counter.started', version: 1, data: { label: 'x' } },
      { id: numberedId(2), type: 'counter.doubled', version: 1, data: {} },
      { id: numberedId(3), type: 'counter.admired', version: 1, data: {} },
    ]);
    const counters = kit.repository(Counter);
    expect(await counters.load('1')).toMatchObject({ total: 3, revision: 3 });
    await counters.execute('1', (counter) => counter.increase(1));
    expect(await kit.store.streamRevision('counter-1')).toBe(4);
  });
});

describe('loading an aggregate as it was', () => {
  it.each([
    [1, 0],
    [2, 2],
    [3, 5],
  ])('at revision %d', async (revision, total) => {
    const { counters } = await counterOfThreeEvents();
    expect(await counters.load('1', { revision })).toMatchObject({ revision, total });
  });

  it.each([0, 4])('at revision %d, which it never had, finds nothing', async (revision) => {
    const { counters } = await counterOfThreeEvents();
    expect(await counters.find('1', { revision })).toBeUndefined();
    await expect(counters.load('1', { revision })).rejects.toThrow(
      `There is no counter 1 at revision ${revision}.`,
    );
  });

  it.each([
    ['at the very millisecond of its first event', '09:00:00.000', 1],
    ['between two events', '09:59:59.999', 1],
    ['at the very millisecond of an event', '10:00:00.000', 2],
    ['after its last event', '23:59:59.999', 3],
  ])('%s', async (_, time, revision) => {
    const { counters } = await counterOfThreeEvents();
    const at = new Date(`2026-01-01T${time}Z`);
    expect(await counters.load('1', { at })).toMatchObject({ revision });
  });

  it('before it existed finds nothing', async () => {
    const { counters } = await counterOfThreeEvents();
    const at = new Date('2026-01-01T08:59:59.999Z');
    expect(await counters.find('1', { at })).toBeUndefined();
    await expect(counters.load('1', { at })).rejects.toThrow(
      'There is no counter 1 at 2026-01-01T08:59:59.999Z.',
    );
  });

  it('takes the earlier of a revision and a time', async () => {
    const { counters } = await counterOfThreeEvents();
    const at = new Date('2026-01-01T10:30:00.000Z');
    expect(await counters.load('1', { at, revision: 1 })).toMatchObject({ revision: 1 });
    expect(await counters.load('1', { at, revision: 3 })).toMatchObject({ revision: 2 });
  });

  it('can be asked and changed in memory, and not be stored, whichever way', async () => {
    const { counters, connect, committer, store } = await counterOfThreeEvents();
    const past = connect(await counters.load('1', { revision: 2 }));
    past.increase(40);
    expect(past.total).toBe(42);
    await expect(counters.save(past)).rejects.toThrow(HistoricalAggregateError);
    await expect(past.commit()).rejects.toThrow(HistoricalAggregateError);
    await expect(committer.commit(past)).rejects.toThrow(/"counter-1" .* revision 2 .* read-only/);
    expect(await store.headPosition()).toBe(3);
  });

  it('is read-only even when that is its present state', async () => {
    const { counters } = await counterOfThreeEvents();
    const past = await counters.load('1', { revision: 3 });
    past.increase(1);
    await expect(counters.save(past)).rejects.toThrow(HistoricalAggregateError);
  });
});

describe('saving an aggregate', () => {
  it('tells where its events were stored', async () => {
    const { counters } = await counterOfThreeEvents();
    const counter = await counters.load('1');
    counter.increase(1);
    counter.increase(1);
    expect(await counters.save(counter)).toMatchObject({
      position: 5,
      repeated: false,
      events: [{ stream: 'counter-1', revision: 4 }, { revision: 5 }],
    });
  });

  it('that is new fails when there is one with its id', async () => {
    const { counters } = await counterOfThreeEvents();
    const another = new Counter('1');
    another.start('again');
    await expect(counters.save(another)).rejects.toMatchObject({ expected: 0, actual: 3 });
  });

  it('fails when others have changed it since it was loaded', async () => {
    const { counters } = await counterOfThreeEvents();
    const [mine, theirs] = await Promise.all([counters.load('1'), counters.load('1')]);
    theirs.increase(1);
    await counters.save(theirs);
    mine.increase(1);
    await expect(counters.save(mine)).rejects.toThrow(ConcurrencyError);
    expect(mine.getUncommittedEvents()).toEqual([new CounterIncreased(1)]);
  });

  it('twice at once stores and announces each event once, and keeps what is applied meanwhile', async () => {
    const { counter, counters, heard, store } = slowlySaved();
    const saves = [counters.save(counter), counters.save(counter)];
    await until(() => store.appends > 0);
    counter.increase(2);
    await Promise.all(saves);
    expect(heard).toEqual(['counter.started']);
    expect(counter.getUncommittedEvents()).toEqual([new CounterIncreased(2)]);
    await counters.save(counter);
    expect(await counters.load('1')).toMatchObject({ revision: 2, total: 2 });
  });

  it('again while it is being saved stores what was applied meanwhile', async () => {
    const { counter, counters, heard, store } = slowlySaved();
    const first = counters.save(counter);
    await until(() => store.appends > 0);
    counter.increase(2);
    await Promise.all([first, counters.save(counter)]);
    expect(heard).toEqual(['counter.started', 'counter.increased']);
    expect(counter).toMatchObject({ revision: 2, total: 2 });
  });

  it('found or new creates it once', async () => {
    const { counters } = await counterOfThreeEvents();
    const old = await counters.findOrNew('1');
    const fresh = await counters.findOrNew('2');
    expect([old.revision, fresh.revision]).toEqual([3, 0]);
    fresh.start('clicks');
    await counters.save(fresh);
    expect(await counters.findOrNew('2')).toMatchObject({ label: 'clicks', revision: 1 });
  });
});
