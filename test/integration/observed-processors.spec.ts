import { until } from '../support/async.js';
import { DATABASE_KINDS } from '../support/databases.js';
import { EffectsProcessor, range } from '../support/effects.js';
import { IMPATIENT, ProcessorWorld } from '../support/processor-world.js';
import { CounterIncreased } from '../support/counter.events.js';

class Increases extends EffectsProcessor {
  static broken = false;
  override readonly name: string = 'increases';
  override readonly eventTypes = ['counter.increased'];
  override afterEffect = (): void => {
    if (Increases.broken) throw new Error('Not worth it.');
  };
}

class FromNowOn extends Increases {
  override readonly name = 'from-now-on';
  override readonly startsAt = 'now';
}

const BESIDE = { run: false };

describe.each(DATABASE_KINDS)('a process that runs no processors, on %s,', (kind) => {
  let world: ProcessorWorld;

  beforeEach(async () => {
    world = await ProcessorWorld.create(kind);
    Increases.broken = false;
  });

  afterEach(() => world.end());

  it('handles nothing and takes no lease, and says how far each is by the database alone', async () => {
    await world.fill(3);
    const { processors, status, bus } = await world.boot([Increases], BESIDE);
    await bus.publish(new CounterIncreased(1));
    expect(await processors.caughtUp('increases', 100)).toBe(false);
    expect(await status('increases')).toMatchObject({
      state: 'stopped',
      position: 0,
      head: 4,
      lagEvents: 4,
      isOwner: false,
      owner: undefined,
    });
    expect((await status('increases')).lagSeconds).toBeGreaterThan(0.05);
    expect(await world.effects('increases')).toEqual([]);
  });

  it('sees a processor of another process live, and who runs it, and waits for it', async () => {
    const { app, caughtUp } = await world.boot([Increases]);
    await world.fill(5);
    const beside = await world.boot([Increases], BESIDE);
    await beside.caughtUp('increases');
    expect(await beside.processors.reached('increases', 5, 5_000)).toBe(true);
    expect(await beside.status('increases')).toMatchObject({
      state: 'live',
      position: 5,
      lagEvents: 0,
      owner: expect.stringContaining(`/${process.pid}/`) as string,
    });
    await caughtUp('increases');
    await app.close();
    expect(await beside.status('increases')).toMatchObject({ state: 'stopped', owner: undefined });
  });

  it('pauses a processor of another process at once, and has it go on', async () => {
    const { caughtUp, status } = await world.boot([Increases]);
    const beside = await world.boot([Increases], BESIDE);
    await world.fill(2);
    await caughtUp('increases');
    await beside.processors.pause('increases');
    expect(await beside.status('increases')).toMatchObject({ state: 'paused' });
    await world.fill(2);
    expect(await world.effects('increases')).toEqual([1, 2]);
    expect(await status('increases')).toMatchObject({ state: 'paused', lagEvents: 2 });
    await beside.processors.resume('increases');
    await caughtUp('increases');
    expect(await world.effects('increases')).toEqual(range(1, 4));
  });

  it('retries and skips what another process has parked', async () => {
    Increases.broken = true;
    const { caughtUp } = await world.boot([Increases], IMPATIENT);
    await world.fill(1, 'counter.increased', 'counter-a');
    await world.fill(2, 'counter.increased', 'counter-b');
    await caughtUp('increases');
    const { parked, status } = await world.boot([Increases], BESIDE);
    expect(await status('increases')).toMatchObject({ state: 'live', parked: 3 });
    Increases.broken = false;
    expect(await parked.retry('increases', 'counter-a')).toEqual({ handled: 1, left: 0 });
    await parked.skip('increases', 'counter-b', 2);
    expect(await parked.retry('increases', 'counter-b')).toEqual({ handled: 1, left: 0 });
    expect(await world.effects('increases')).toEqual([1, 3]);
  });

  it('takes one step where none is run, and leaves the processor to others at once', async () => {
    await world.fill(3);
    const beside = await world.boot([Increases], BESIDE);
    expect(await beside.processors.runOnce('increases')).toBe(3);
    await beside.app.close();
    const { status, caughtUp } = await world.boot([Increases], { leaseMs: 60_000 });
    await world.fill(1);
    await caughtUp('increases');
    expect(await status('increases')).toMatchObject({ position: 4, isOwner: true });
  });

  it('has one that begins at the end begin where it was paused, if that is before it ever ran', async () => {
    await world.fill(3);
    const beside = await world.boot([FromNowOn], BESIDE);
    await beside.processors.pause('from-now-on');
    await world.fill(1);
    const { caughtUp } = await world.boot([FromNowOn]);
    await beside.processors.resume('from-now-on');
    await caughtUp('from-now-on');
    expect(await world.effects('from-now-on')).toEqual([4]);
  });
});

describe.each(DATABASE_KINDS)('the list of parked events, on %s,', (kind) => {
  class Also extends Increases {
    override readonly name = 'also';
  }

  it('has every one in its pages, also where several processors have parked one event', async () => {
    const world = await ProcessorWorld.create(kind);
    Increases.broken = true;
    await world.fill(5);
    const { parked, status } = await world.boot([Increases, Also], IMPATIENT);
    for (const name of ['increases', 'also']) {
      await until(async () => (await status(name)).parked === 5);
    }
    const found: string[] = [];
    for (let place = {}; ;) {
      const page = await parked.list({ ...place, limit: 3 });
      found.push(...page.map(({ position, processor }) => `${position} ${processor}`));
      const last = page.at(-1);
      if (!last) break;
      place = { after: last.position, afterProcessor: last.processor };
    }
    expect(found).toEqual(
      range(1, 5).flatMap((position) => [`${position} also`, `${position} increases`]),
    );
    await world.end();
  });
});
