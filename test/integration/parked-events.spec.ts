import { jest } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import {
  type EventEnvelope,
  type EventSourcingError,
  type StoredEventData,
  StoreUnavailableError,
  UnrecoverableError,
  Upcaster,
} from '../../src/event-sourcing/index.js';
import { failureOf, Gate, until } from '../support/async.js';
import '../support/counter.events.js';
import { DATABASE_KINDS } from '../support/databases.js';
import { EffectsProcessor, range } from '../support/effects.js';
import { IMPATIENT, ProcessorWorld } from '../support/processor-world.js';

/** Fails for what is not worth it, as long as it is broken. */
class Increases extends EffectsProcessor {
  static broken = (_: { stream: string; position: number }): boolean => false;
  static error = (message: string): Error => new Error(message);
  override readonly name = 'increases';
  override readonly eventTypes = ['counter.increased', 'counter.counted'];
  override afterEffect = (envelope: { stream: string; position: number }): void => {
    if (Increases.broken(envelope)) throw Increases.error(`Not worth it at ${envelope.position}.`);
  };
}

/** `counter.counted` is no longer; what it said comes as `counter.increased`. */
@Upcaster('counter.counted', { from: 1 })
class LiftsCounted {
  static isBroken = false;
  upcast({ data }: StoredEventData): StoredEventData {
    if (LiftsCounted.isBroken) throw new TypeError('It cannot be lifted.');
    return { type: 'counter.increased', version: 1, data };
  }
}

describe.each(DATABASE_KINDS)('an event that fails by itself, on %s,', (kind) => {
  let world: ProcessorWorld;

  beforeEach(async () => {
    world = await ProcessorWorld.create(kind);
    Increases.broken = () => false;
    Increases.error = (message) => new Error(message);
    LiftsCounted.isBroken = false;
  });

  afterEach(() => world.end());

  const fillStreams = async (...streams: string[]): Promise<void> => {
    for (const stream of streams) await world.fill(1, 'counter.increased', stream);
  };

  it('is parked after its attempts, with what follows in its stream; other streams go on', async () => {
    Increases.broken = ({ position }) => position === 2;
    await fillStreams('counter-a', 'counter-b', 'counter-a', 'counter-b', 'counter-c');
    const { caughtUp, logs, parked, status } = await world.boot([Increases], IMPATIENT);
    await caughtUp('increases');
    await fillStreams('counter-b', 'counter-a');
    await caughtUp('increases');
    expect(await world.effects('increases')).toEqual([1, 3, 5, 7]);
    const waiting = { attempts: 0, error: undefined, stream: 'counter-b' };
    expect(await parked.list()).toMatchObject([
      {
        processor: 'increases',
        stream: 'counter-b',
        position: 2,
        error: 'Not worth it at 2.',
        attempts: 3,
        firstFailedAt: expect.any(Date) as Date,
        lastFailedAt: expect.any(Date) as Date,
      },
      { ...waiting, position: 4 },
      { ...waiting, position: 6 },
    ]);
    expect(await status('increases')).toMatchObject({ state: 'live', position: 7, parked: 3 });
    expect(logs.errors).toEqual([
      'Processor "increases" failed after position 1, and tries again in 2 ms: Not worth it at 2.',
      'Processor "increases" failed after position 1, and tries again in 4 ms: Not worth it at 2.',
      'Processor "increases" has parked "counter.increased" at position 2, and with it what follows in "counter-b", ' +
        'after 3 attempts: Not worth it at 2.',
    ]);
  });

  it('is parked at the first attempt when it is given up, in a batch with others, too', async () => {
    Increases.broken = ({ position }) => position === 2;
    Increases.error = (message) => new UnrecoverableError(message);
    await fillStreams('counter-a', 'counter-b', 'counter-c');
    const { caughtUp, logs, parked } = await world.boot([Increases], IMPATIENT);
    await caughtUp('increases');
    expect(await world.effects('increases')).toEqual([1, 3]);
    expect(await parked.list()).toMatchObject([{ position: 2, attempts: 1 }]);
    expect(logs.errors).toEqual([
      'Processor "increases" has parked "counter.increased" at position 2, and with it what follows in "counter-b", ' +
        'after 1 attempt: Not worth it at 2.',
    ]);
  });

  it('is waited for when it was given up because of an outage', async () => {
    const cause = new StoreUnavailableError('It is away.');
    Increases.error = (message) => new UnrecoverableError(message, { cause });
    let failures = 0;
    Increases.broken = () => (failures += 1) < 8;
    await fillStreams('counter-a');
    const { caughtUp, parked } = await world.boot([Increases], IMPATIENT);
    await caughtUp('increases');
    expect(await world.effects('increases')).toEqual([1]);
    expect(await parked.list()).toEqual([]);
  });

  it('is handled when it is retried after the fix, and then those behind it, in order, as if nothing had happened', async () => {
    Increases.broken = ({ stream }) => stream === 'counter-b';
    const streams = ['counter-a', 'counter-b', 'counter-b', 'counter-a', 'counter-b'];
    await fillStreams(...streams);
    const { caughtUp, parked, status } = await world.boot([Increases], IMPATIENT);
    await caughtUp('increases');
    expect(await world.effects('increases')).toEqual([1, 4]);
    Increases.broken = () => false;
    expect(await parked.retry('increases', 'counter-b')).toEqual({ handled: 3, left: 0 });
    await fillStreams('counter-b');
    await caughtUp('increases');
    expect(await world.effects('increases')).toEqual([1, 4, 2, 3, 5, 6]);
    expect(await parked.list()).toEqual([]);
    expect(await status('increases')).toMatchObject({ parked: 0, position: 6 });
  });

  it('stays the first of its stream when it fails again, and so does whichever fails then', async () => {
    Increases.broken = () => true;
    await fillStreams('counter-a', 'counter-a', 'counter-a');
    const { caughtUp, parked } = await world.boot([Increases], IMPATIENT);
    await caughtUp('increases');
    const again = await parked.retry('increases', 'counter-a');
    expect(again).toEqual({ handled: 0, left: 3, error: 'Not worth it at 1.' });
    expect((await parked.list())[0]).toMatchObject({ position: 1, attempts: 4 });
    Increases.broken = ({ position }) => position === 2;
    const further = await parked.retry('increases', 'counter-a');
    expect(further).toEqual({ handled: 1, left: 2, error: 'Not worth it at 2.' });
    expect(await parked.list()).toMatchObject([
      { position: 2, attempts: 1, error: 'Not worth it at 2.' },
      { position: 3, attempts: 0 },
    ]);
    expect(await world.effects('increases')).toEqual([1]);
  });

  it('is left alone by a process whose version is replaced while it looks', async () => {
    Increases.broken = () => true;
    await fillStreams('counter-a');
    const { caughtUp, parked, support } = await world.boot([Increases], IMPATIENT);
    await caughtUp('increases');
    const find = support.parked.find.bind(support.parked);
    const outdated = async (): Promise<string> => {
      jest.spyOn(support.parked, 'find').mockImplementationOnce(async (filter) => {
        const found = await find(filter);
        await world.sql('UPDATE hub_checkpoints SET version = 1');
        return found;
      });
      const failure = await failureOf(parked.retry('increases', 'counter-a'));
      await world.sql('UPDATE hub_checkpoints SET version = 0');
      return (failure as EventSourcingError).code;
    };
    expect(await outdated()).toBe('processor-outdated');
    Increases.broken = () => false;
    expect(await outdated()).toBe('processor-outdated');
    expect(await world.effects('increases')).toEqual([]);
    expect(await parked.list()).toMatchObject([{ position: 1, attempts: 3 }]);
  });

  it('can be skipped, if it is the first of its stream', async () => {
    Increases.broken = ({ position }) => position === 1;
    await fillStreams('counter-a', 'counter-a');
    const { caughtUp, parked, status } = await world.boot([Increases], IMPATIENT);
    await caughtUp('increases');
    const early = await failureOf(parked.skip('increases', 'counter-a', 2));
    expect(early).toMatchObject({ code: 'not-the-first-parked-event', status: 409 });
    await parked.skip('increases', 'counter-a', 1);
    expect(await parked.list()).toMatchObject([{ position: 2 }]);
    const late = await failureOf(parked.skip('increases', 'counter-a', 1));
    expect(late).toMatchObject({ code: 'not-the-first-parked-event', status: 409 });
    expect(await parked.retry('increases', 'counter-a')).toEqual({ handled: 1, left: 0 });
    const gone = await failureOf(parked.skip('increases', 'counter-a', 2));
    expect(gone).toMatchObject({ code: 'parked-event-not-found', status: 404 });
    expect(await world.effects('increases')).toEqual([2]);
    expect(await status('increases')).toMatchObject({ parked: 0 });
  });

  it('can be retried by any process, and by several at once, while its stream goes on: in order and once', async () => {
    Increases.broken = ({ stream }) => stream === 'counter-a';
    await world.fill(60, 'counter.increased', 'counter-a');
    const apps = [
      await world.boot([Increases], IMPATIENT),
      await world.boot([Increases], IMPATIENT),
    ];
    await apps[0].caughtUp('increases');
    Increases.broken = () => false;
    const [, ...retries] = await Promise.all([
      fillStreams(...range(1, 15).map(() => 'counter-a')),
      ...apps.map(({ parked }) => parked.retry('increases', 'counter-a')),
    ]);
    await apps[0].caughtUp('increases');
    const last = await apps[1].parked.retry('increases', 'counter-a');
    expect(await world.effects('increases')).toEqual(range(1, 75));
    const [{ parked }] = await apps[0].processors.statuses();
    expect(parked).toBe(0);
    const handled = [...retries, last].reduce((sum, retry) => sum + retry.handled, 0);
    expect(handled).toBeGreaterThanOrEqual(60);
  });

  it('is shown as it is stored and as upcasters lift it; one that cannot be lifted is parked, and retried lifted', async () => {
    LiftsCounted.isBroken = true;
    await world.fill(2, 'counter.counted');
    await fillStreams('counter-b');
    const upcasters = { upcasters: [LiftsCounted] };
    const { app, caughtUp, parked } = await world.boot([Increases], IMPATIENT, upcasters);
    await caughtUp('increases');
    expect(await world.effects('increases')).toEqual([3]);
    expect(await parked.show('increases', 1)).toMatchObject({
      position: 1,
      error: 'It cannot be lifted.',
      recorded: { type: 'counter.counted', data: { by: 1 } },
      liftError: 'It cannot be lifted.',
    });
    LiftsCounted.isBroken = false;
    expect(await parked.show('increases', 1)).toMatchObject({
      envelopes: [{ type: 'counter.increased', event: { by: 1 } }],
      lifted: [{ type: 'counter.increased', version: 1, data: { by: 1 } }],
    });
    expect(await parked.retry('increases', 'counter-filled')).toEqual({ handled: 2, left: 0 });
    expect(app.get(Increases).handled.map(({ event }) => event)).toMatchObject([
      ...[{ by: 1 }, { by: 1 }, { by: 2 }],
    ]);
    expect(await world.effects('increases')).toEqual([3, 1, 2]);
    const gone = await failureOf(parked.show('increases', 1));
    expect(gone).toMatchObject({ code: 'parked-event-not-found', status: 404 });
    const nobody = await failureOf(parked.retry('nobody', 'counter-a'));
    expect(nobody).toMatchObject({ code: 'processor-not-found', status: 404 });
  });

  it('stalls the processor where too many are parked, until some are not', async () => {
    Increases.broken = ({ stream, position }) => stream === 'counter-a' || position === 4;
    await fillStreams('counter-a', 'counter-a', 'counter-b', 'counter-c', 'counter-b');
    const { caughtUp, logs, parked, status } = await world.boot([Increases], {
      ...IMPATIENT,
      maxParkedEvents: 2,
    });
    await until(async () => (await status('increases')).state === 'stalled');
    expect(await status('increases')).toMatchObject({
      position: 3,
      parked: 2,
      lagEvents: 2,
      lastError: expect.stringContaining('2 events are parked') as string,
    });
    expect(await world.effects('increases')).toEqual([3]);
    expect(logs.errors.filter((line) => line.includes('has stalled'))).toHaveLength(1);
    await parked.skip('increases', 'counter-a', 1);
    await caughtUp('increases');
    expect(await world.effects('increases')).toEqual([3, 5]);
    expect(await parked.list()).toMatchObject([{ position: 2 }, { position: 4 }]);
    expect(await status('increases')).toMatchObject({ state: 'live', parked: 2 });

    await fillStreams('counter-c');
    await until(async () => (await status('increases')).state === 'stalled');
    Increases.broken = () => false;
    await parked.retry('increases', 'counter-c');
    await caughtUp('increases');
    expect(await world.effects('increases')).toEqual([3, 5, 4, 6]);
  });

  it('is parked where the database refuses its values', async () => {
    await world.sql('CREATE UNIQUE INDEX once ON effects (processor, position)');
    await world.sql(`INSERT INTO effects (processor, position) VALUES ('increases', 2)`);
    await fillStreams('counter-a', 'counter-b', 'counter-c');
    const { caughtUp, parked } = await world.boot([Increases], IMPATIENT);
    await caughtUp('increases');
    expect(await world.effects('increases')).toEqual([2, 1, 3]);
    const [{ position, error }] = await parked.list();
    expect(position).toBe(2);
    expect(error).toMatch(/unique/i);
  });
});

describe('an event whose transaction PostgreSQL breaks off', () => {
  it('is not parked, however often that happens', async () => {
    let times = 8;
    class BreaksOff extends Increases {
      override async handle(envelope: EventEnvelope, manager: EntityManager): Promise<void> {
        await super.handle(envelope, manager);
        if (times-- > 0) await manager.query('SELECT pg_terminate_backend(pg_backend_pid())');
      }
    }
    const world = await ProcessorWorld.create('postgres');
    await world.fill(1);
    const { caughtUp, logs, parked } = await world.boot([BreaksOff], IMPATIENT);
    await caughtUp('increases');
    expect(logs.errors).toHaveLength(8);
    expect(await parked.list()).toEqual([]);
    expect(await world.effects('increases')).toEqual([1]);
    await world.end();
  });
});

describe('an event that is retried on PostgreSQL', () => {
  it('holds up the processor until it is handled, so that what comes meanwhile is not parked behind nothing', async () => {
    const inside = new Gate();
    const gate = new Gate();
    let isBroken = true;
    class Held extends Increases {
      override afterEffect = async ({ position }: { position: number }): Promise<void> => {
        if (position === 1 && isBroken) throw new Error('Not yet.');
        if (position !== 1) return;
        inside.open();
        await gate.opened;
      };
    }
    const world = await ProcessorWorld.create('postgres');
    await world.fill(1);
    const { caughtUp, parked, support } = await world.boot([Held], IMPATIENT);
    await caughtUp('increases');
    isBroken = false;
    const retrying = parked.retry('increases', 'counter-filled');
    await inside.opened;
    await world.fill(1);
    const waiting = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await until(async () => {
      const waits = await support.database.dataSource.query<object[]>(waiting);
      return waits.length > 0 || (await parked.list()).length > 1;
    });
    gate.open();
    expect(await retrying).toEqual({ handled: 1, left: 0 });
    await caughtUp('increases');
    expect(await world.effects('increases')).toEqual([1, 2]);
    expect(await parked.list()).toEqual([]);
    await world.end();
  });
});
