import { ProcessorLoop } from '../../src/event-sourcing/processing/processor-loop.js';
import { CounterIncreased, CounterStarted } from '../support/counter.events.js';
import { Gate, until } from '../support/async.js';
import { DATABASE_KINDS } from '../support/databases.js';
import { EffectsProcessor, range } from '../support/effects.js';
import { IMPATIENT, PATIENCE_MS, ProcessorWorld } from '../support/processor-world.js';

class Increases extends EffectsProcessor {
  override readonly name = 'increases';
  override readonly eventTypes = ['counter.increased'];
}

class Starts extends EffectsProcessor {
  override readonly name = 'starts';
  override readonly eventTypes = ['counter.started'];
}

class Everything extends EffectsProcessor {
  override readonly name = 'everything';
  override readonly eventTypes = ['counter.started', 'counter.increased'];
}

describe.each(DATABASE_KINDS)('a processor, with the log in %s', (kind) => {
  let world: ProcessorWorld;

  beforeEach(async () => {
    world = await ProcessorWorld.create(kind);
  });

  afterEach(() => world.end());

  it('catches up from the beginning, batch by batch, and then follows as events come', async () => {
    await world.fill(4_201);
    const { bus, caughtUp, status } = await world.boot([Increases]);
    await caughtUp('increases');
    expect(await world.effects('increases')).toEqual(range(1, 4_201));
    await bus.publish(new CounterIncreased(1));
    await caughtUp('increases');
    expect(await world.effects('increases')).toEqual(range(1, 4_202));
    expect(await status('increases')).toEqual({
      name: 'increases',
      state: 'live',
      position: 4_202,
      head: 4_202,
      lagEvents: 0,
      lagSeconds: 0,
      parked: 0,
      owner: expect.stringContaining(`/${process.pid}/`) as string,
      isOwner: true,
    });
  });

  it('goes live without a gap while others append', async () => {
    await world.fill(2_000);
    const filling = Promise.all(
      range(1, 40).map((nr) => world.fill(20, undefined, `counter-${nr}`)),
    );
    const { bus, caughtUp } = await world.boot([Increases]);
    await Promise.all(
      range(1, 50).map((nr) => bus.publish(new CounterIncreased(nr)) as Promise<void>),
    );
    await filling;
    await caughtUp('increases');
    expect(await world.effects('increases')).toEqual(range(1, 2_850));
  });

  it('sees only the types it wants, as instances of their classes, in the order of positions', async () => {
    const { app, bus, caughtUp } = await world.boot([Starts, Increases, Everything]);
    await bus.publishAll([new CounterStarted('a'), new CounterIncreased(7)]);
    await bus.publish(new CounterStarted('b'));
    await caughtUp('starts', 'increases', 'everything');
    expect(await world.effects('starts')).toEqual([1, 3]);
    expect(await world.effects('increases')).toEqual([2]);
    expect(await world.effects('everything')).toEqual([1, 2, 3]);
    expect(app.get(Increases).handled[0]).toMatchObject({
      event: new CounterIncreased(7),
      stream: 'published-counter.increased',
      revision: 1,
      position: 2,
    });
  });

  it('sees what other processes append', async () => {
    const { status } = await world.boot([Increases]);
    await world.fill(3);
    await until(async () => (await status('increases')).position === 3);
    expect(await world.effects('increases')).toEqual([1, 2, 3]);
  });

  it('that throws in the middle of a batch repeats its events one by one, each with its effect once', async () => {
    await world.fill(5);
    let failures = 2;
    class FailsTwice extends Increases {
      override afterEffect = ({ position }: { position: number }): void => {
        if (position === 3 && failures-- > 0) throw new Error('Not yet.');
      };
    }
    const { app, caughtUp, logs, status } = await world.boot([FailsTwice, Everything]);
    await caughtUp('everything', 'increases');
    expect(await world.effects('increases')).toEqual(range(1, 5));
    expect(app.get(FailsTwice).handled.map(({ position }) => position)).toEqual([
      ...[1, 2, 3],
      ...[1, 2, 3],
      ...[3, 4, 5],
    ]);
    expect(logs.errors).toEqual([
      'Processor "increases" failed after position 2, and tries again in 200 ms: Not yet.',
    ]);
    expect(await status('increases')).toMatchObject({ state: 'live', parked: 0 });
  });

  it('waits longer from one failure to the next', async () => {
    await world.fill(1);
    let failures = 3;
    class FailsThrice extends Increases {
      override afterEffect = (): void => {
        if (failures-- > 0) throw new Error('Not yet.');
      };
    }
    const { caughtUp, logs } = await world.boot([FailsThrice], {
      retry: { attempts: 4, firstDelayMs: 10, maxDelayMs: 30 },
    });
    await caughtUp('increases');
    expect(logs.errors).toEqual(
      [10, 20, 30].map((ms) => expect.stringContaining(` ${ms} ms: `) as string),
    );
  });

  it('stops before an event that nobody knows, instead of skipping or parking it', async () => {
    class WantsUnknown extends EffectsProcessor {
      override readonly name = 'unknown';
      override readonly eventTypes = ['counter.increased', 'counter.vanished'];
    }
    await world.fill(1);
    await world.fill(1, 'counter.vanished');
    const { caughtUp, logs, status } = await world.boot([WantsUnknown, Increases], IMPATIENT);
    await until(() => logs.errors.length > 5);
    await caughtUp('increases');
    expect(await status('unknown')).toMatchObject({
      state: 'retrying',
      position: 1,
      lagEvents: 1,
      parked: 0,
      lastError: expect.stringContaining('"counter.vanished" version 1 is unknown here') as string,
    });
    expect((await status('unknown')).lagSeconds).toBeGreaterThan(0);
  });

  it('resumes after a restart where it was, at once, and handles nothing twice', async () => {
    await world.fill(700);
    const first = await world.boot([Increases]);
    await first.caughtUp('increases');
    await first.app.close();
    await world.fill(3);
    const { app, processors } = await world.boot([Increases], { leaseMs: 60_000 });
    expect(await processors.caughtUp('increases', 2_000)).toBe(true);
    expect(await world.effects('increases')).toEqual(range(1, 703));
    expect(app.get(Increases).handled.map(({ position }) => position)).toEqual([701, 702, 703]);
  });

  it('can be waited for: no longer than asked, and only for what is in the log by then', async () => {
    const gate = new Gate();
    class Held extends Increases {
      override afterEffect = (): Promise<void> => gate.opened;
    }
    await world.fill(1);
    const { processors } = await world.boot([Held]);
    expect(await processors.caughtUp('increases', 50)).toBe(false);
    const waiting = processors.caughtUp('increases', PATIENCE_MS);
    gate.open();
    expect(await waiting).toBe(true);
    expect(await world.effects('increases')).toEqual([1]);
    await expect(processors.caughtUp('nobody', 50)).rejects.toThrow(/no processor named "nobody"/);
  });

  it('moves on over events it does not want, and does not read them again after a restart', async () => {
    await world.fill(1);
    await world.fill(10_000, 'counter.started');
    const { caughtUp, support } = await world.boot([Increases]);
    const checkpoint = async () => (await support.checkpoints.read('increases')).position;
    await caughtUp('increases');
    expect(await world.effects('increases')).toEqual([1]);
    const before = await checkpoint();
    await world.fill(9_999, 'counter.started');
    await caughtUp('increases');
    expect(await checkpoint()).toBe(before);
    await world.fill(10_000, 'counter.started');
    await caughtUp('increases');
    expect(await checkpoint()).toBe(30_000);
  });

  it('follows a checkpoint that went back', async () => {
    await world.fill(5);
    const { caughtUp } = await world.boot([Increases]);
    await caughtUp('increases');
    await world.sql(`UPDATE hub_checkpoints SET position = 2`);
    await until(async () => (await world.effects('increases')).length === 8);
    expect(await world.effects('increases')).toEqual([1, 2, 3, 4, 5, 3, 4, 5]);
  });

  it('finishes the batch under way when the application closes, and begins no other', async () => {
    await world.fill(2_200);
    const gate = new Gate();
    let closing: Promise<void> | undefined;
    class Held extends Increases {
      override afterEffect = async ({ position }: { position: number }): Promise<void> => {
        if (position !== 2_000) return;
        closing = app.close();
        await gate.opened;
      };
    }
    const { app, processors, status } = await world.boot([Held]);
    await until(() => closing !== undefined);
    const stop = processors.stop();
    gate.open();
    await stop;
    expect(app.get(Held).handled).toHaveLength(2_000);
    await closing;
    expect(await world.effects('increases')).toEqual(range(1, 2_000));
    await expect(status('increases')).rejects.toThrow();
  });

  it('rests while it is paused, in every process and after a restart, and can be run step by step', async () => {
    const first = await world.boot([Increases]);
    await world.fill(2);
    await first.caughtUp('increases');
    await first.processors.pause('increases');
    await world.fill(2_100);
    const second = await world.boot([Increases]);
    expect(await second.status('increases')).toMatchObject({
      state: 'paused',
      position: 2,
      lagEvents: 2_100,
    });
    await first.app.close();
    const third = await world.boot([Increases]);
    expect(await third.processors.caughtUp('increases', 300)).toBe(false);
    expect(await world.effects('increases')).toEqual([1, 2]);

    expect(await third.processors.runOnce('increases')).toBe(2_000);
    expect(await second.processors.runOnce('increases')).toBe(100);
    expect(await second.processors.runOnce('increases')).toBe(0);
    expect(await world.effects('increases')).toEqual(range(1, 2_102));

    await world.fill(1);
    await third.processors.resume('increases');
    await second.caughtUp('increases');
    expect(await world.effects('increases')).toEqual(range(1, 2_103));
  });

  it.each(['beginning', 'now'] as const)(
    'that begins at the %s and is paused before it has ever run begins there all the same',
    async (startsAt) => {
      class Starting extends Increases {
        override readonly startsAt = startsAt;
      }
      await world.fill(3);
      const { support } = await world.boot([]);
      await new ProcessorLoop(new Starting(), support).setPaused(true);
      await world.fill(2);
      const { caughtUp, processors, status } = await world.boot([Starting]);
      expect(await status('increases')).toMatchObject({ state: 'paused' });
      await processors.resume('increases');
      await caughtUp('increases');
      const begun = startsAt === 'now' ? 4 : 1;
      expect(await world.effects('increases')).toEqual(range(begun, 5));
    },
  );

  it('has no batch under way when it has been paused', async () => {
    await world.fill(1);
    const gate = new Gate();
    const inside = new Gate();
    class Held extends Increases {
      override afterEffect = (): Promise<void> => {
        inside.open();
        return gate.opened;
      };
    }
    const { processors, status } = await world.boot([Held]);
    await inside.opened;
    let isPaused = false;
    const pausing = processors.pause('increases').then(() => (isPaused = true));
    for (const _ of range(1, 20)) await status('increases');
    expect(isPaused).toBe(false);
    gate.open();
    await pausing;
    expect(await world.effects('increases')).toEqual([1]);
  });

  it('that is run once and fails has no effect, and says why', async () => {
    class Fails extends Increases {
      override afterEffect = (): void => {
        throw new Error('Never.');
      };
    }
    await world.fill(0);
    const { processors, status } = await world.boot([Fails]);
    await processors.pause('increases');
    await world.fill(2);
    await expect(processors.runOnce('increases')).rejects.toThrow('Never.');
    expect(await status('increases')).toMatchObject({ state: 'paused', position: 0, parked: 0 });
    expect(await world.effects('increases')).toEqual([]);
  });
});
