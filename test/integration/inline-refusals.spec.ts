import type { EntityManager } from 'typeorm';
import {
  type EventEnvelope,
  EventRefusedError,
  EventStore,
  On,
  Projection,
  type ProjectionContext,
  SideEffectError,
  StoreFailureError,
  StoreUnavailableError,
} from '../../src/event-sourcing/index.js';
import { failureOf } from '../support/async.js';
import type { BootedKit } from '../support/booted-kit.js';
import { CounterIncreased, CounterStarted } from '../support/counter.events.js';
import { CounterTotal } from '../support/counter-totals.js';
import { DATABASE_KINDS } from '../support/databases.js';
import { EffectsProcessor, range } from '../support/effects.js';
import {
  increased,
  InlineTotals,
  InlineWorld,
  newEvents,
  started,
} from '../support/inline-world.js';
import { loggedEvents, misplacedEvents } from '../support/logged-events.js';

const POISON = 13;

/** Fails at an increase by 13, after it has written it. */
@Projection({ name: 'totals', version: 1, entities: [CounterTotal], lifecycle: 'inline' })
class Superstitious extends InlineTotals {
  static isBroken = true;

  @On(CounterIncreased)
  override async increased(event: CounterIncreased, context: ProjectionContext): Promise<void> {
    await super.increased(event, context);
    if (Superstitious.isBroken && event.by === POISON) throw new TypeError('Thirteen!');
  }
}

class Increases extends EffectsProcessor {
  override readonly name = 'increases';
  override readonly eventTypes = ['counter.increased'];
  override readonly lifecycle = 'inline';
}

describe.each(DATABASE_KINDS)('an event that an inline projection fails at, in %s', (kind) => {
  let world: InlineWorld;

  beforeEach(async () => {
    Superstitious.isBroken = true;
    world = await InlineWorld.create(kind);
  });

  afterEach(() => world.end());

  it('is not stored, with all that was to be stored with it, and its caller learns why', async () => {
    const { logs, store } = await world.boot([Superstitious, Increases]);
    await store.append('counter-a', 'none', newEvents(started, increased(1)));
    const events = newEvents(increased(2), increased(POISON));
    const refusal = await failureOf(
      store.appendToStreams([
        { stream: 'counter-b', expectedRevision: 'none', events: newEvents(started) },
        { stream: 'counter-a', expectedRevision: 2, events },
      ]),
    );
    expect(refusal).toBeInstanceOf(EventRefusedError);
    expect(refusal).toMatchObject({
      code: 'event-refused',
      status: 409,
      projection: 'totals',
      cause: new TypeError('Thirteen!'),
      message: 'The projection "totals" cannot take this change, and nothing of it was stored.',
    });
    expect(logs.errors).toEqual([
      'Processor "totals" refuses an append with "counter.started" in "counter-b": Thirteen!',
    ]);
    expect(await store.headPosition()).toBe(2);
    expect(await world.effects('increases')).toEqual([2]);
    expect(await world.totals()).toEqual(await world.totalsOfLog());

    Superstitious.isBroken = false;
    await store.append('counter-a', 2, events);
    expect(await world.totals()).toMatchObject([{ id: 'a', total: 16, position: 4 }]);
    expect(await world.effects('increases')).toEqual([2, 3, 4]);
  });

  it('harms no neighbour of the flight', async () => {
    const { logs, store } = await world.boot([Superstitious, Increases]);
    await store.append('counter-a', 'none', newEvents(started));
    const outcomes = await Promise.allSettled(
      range(1, 30).map((nr) => store.append('counter-a', 'any', newEvents(increased(nr)))),
    );
    const refused = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
    );
    expect(refused).toEqual([expect.any(EventRefusedError)]);
    expect(logs.errors).toHaveLength(1);
    const log = await loggedEvents(world.database);
    expect(misplacedEvents(log)).toEqual([]);
    expect(log.map(({ data }) => Number(data.by))).not.toContain(POISON);
    expect(await world.effects('increases')).toEqual(range(2, 30));
    expect(await world.totals()).toMatchObject([{ total: (30 * 31) / 2 - POISON }]);
  });

  it('may be one whose row the database refuses, like any constraint', async () => {
    await world.sql('CREATE UNIQUE INDEX one_label ON counter_totals (label)');
    const { store } = await world.boot([InlineTotals]);
    await store.append('counter-a', 'none', newEvents(started));
    const refusal = await failureOf(store.append('counter-b', 'none', newEvents(started)));
    expect(refusal).toMatchObject({ code: 'event-refused', projection: 'totals' });
    expect(String(refusal.cause)).toMatch(/unique/i);
    expect(refusal.message).not.toMatch(/unique/i);
    await store.append('counter-b', 'none', newEvents(['counter.started', { label: 'other' }]));
    expect(await world.totals()).toMatchObject([{ id: 'a' }, { id: 'b' }]);
  });

  it.each<[string, (kit: BootedKit) => Promise<unknown>]>([
    ['through the bus', ({ bus }) => bus.publish(new CounterIncreased(1)) as Promise<void>],
    [
      'to the log itself',
      ({ app }) => app.get(EventStore).append('counter-b', 'any', newEvents(increased(1))),
    ],
  ])(
    'is one at which it wants to append %s: that is refused, and waits for nothing',
    async (_, act) => {
      @Projection({ name: 'acting', version: 1, lifecycle: 'inline' })
      class Acting {
        @On(CounterStarted)
        started(): Promise<unknown> {
          return act(kit);
        }
      }
      const kit = await world.boot([Acting]);
      const refusal = await failureOf(kit.store.append('counter-a', 'none', newEvents(started)));
      expect(refusal).toBeInstanceOf(SideEffectError);
      expect(await kit.store.headPosition()).toBe(0);
      await kit.store.append('counter-a', 'none', newEvents(increased(1)));
    },
  );

  it('is none while the database is at fault: then every append of the kind fails, and nothing is stored', async () => {
    const { store } = await world.boot([InlineTotals]);
    await world.sql('ALTER TABLE counter_totals RENAME TO elsewhere');
    const outcomes = await Promise.allSettled([
      store.append('counter-a', 'none', newEvents(started)),
      store.append('counter-b', 'none', newEvents(started)),
      store.append('other-c', 'none', newEvents(['other.thing', {}])),
    ]);
    expect(outcomes).toMatchObject([
      { status: 'rejected', reason: expect.any(StoreFailureError) as unknown },
      { status: 'rejected', reason: expect.any(StoreFailureError) as unknown },
      { status: 'fulfilled' },
    ]);
    await world.sql('ALTER TABLE elsewhere RENAME TO counter_totals');
    await store.append('counter-a', 'none', newEvents(started));
    expect(await world.totals()).toMatchObject([{ id: 'a', position: 2 }]);
  });
});

describe('an inline projection whose transaction PostgreSQL breaks off', () => {
  it('leaves the outcome open for all aboard, who may repeat themselves', async () => {
    let times = 1;
    class BreaksOff extends Increases {
      override async handle(envelope: EventEnvelope, manager: EntityManager): Promise<void> {
        await super.handle(envelope, manager);
        if (times-- > 0) await manager.query('SELECT pg_terminate_backend(pg_backend_pid())');
      }
    }
    const world = await InlineWorld.create('postgres');
    const { store } = await world.boot([BreaksOff]);
    const appends = range(1, 3).map((nr) => [`counter-${nr}`, newEvents(increased(nr))] as const);
    const appendAll = () =>
      Promise.allSettled(appends.map(([stream, events]) => store.append(stream, 'none', events)));
    for (const outcome of await appendAll()) {
      expect(outcome).toMatchObject({ reason: expect.any(StoreUnavailableError) as unknown });
    }
    expect(await store.headPosition()).toBe(0);
    for (const { status } of await appendAll()) expect(status).toBe('fulfilled');
    expect(await world.effects('increases')).toEqual([1, 2, 3]);
    await world.end();
  });
});
