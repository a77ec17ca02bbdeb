import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import type { EventEnvelope } from '../../src/event-sourcing/index.js';
import type { Checkpoint } from '../../src/event-sourcing/processing/checkpoint.js';
import { until } from '../support/async.js';
import { CounterIncreased } from '../support/counter.events.js';
import { DATABASE_KINDS, openDatabase } from '../support/databases.js';
import { EffectsProcessor, range } from '../support/effects.js';
import { PATIENCE_MS, type ProcessorApp, ProcessorWorld } from '../support/processor-world.js';

class Increases extends EffectsProcessor {
  override readonly name = 'increases';
  override readonly eventTypes = ['counter.increased'];
}

class Starts extends EffectsProcessor {
  override readonly name = 'starts';
  override readonly eventTypes = ['counter.started'];
}

describe.each(DATABASE_KINDS)('of several processes on %s', (kind) => {
  let world: ProcessorWorld;

  beforeEach(async () => {
    world = await ProcessorWorld.create(kind);
  });

  afterEach(() => world.end());

  it('one runs a processor, and the others know how far it is', async () => {
    await world.fill(1_700);
    const apps = await Promise.all([world.boot([Increases]), world.boot([Increases])]);
    await Promise.all(
      range(1, 60).map((nr) => apps[nr % 2].bus.publish(new CounterIncreased(nr)) as Promise<void>),
    );
    for (const { caughtUp } of apps) await caughtUp('increases');
    expect(await world.effects('increases')).toEqual(range(1, 1_760));
    const handled = apps.map(({ app }) => app.get(Increases).handled.length);
    expect(handled.toSorted((a, b) => a - b)).toEqual([0, 1_760]);
    const statuses = await Promise.all(apps.map(({ status }) => status('increases')));
    expect(statuses.map(({ position, lagEvents }) => [position, lagEvents])).toEqual([
      [1_760, 0],
      [1_760, 0],
    ]);
    expect(statuses.map(({ state, isOwner }) => `${state} ${isOwner}`).toSorted()).toEqual([
      'live true',
      'standby false',
    ]);
    expect(apps.flatMap(({ logs }) => logs.errors)).toEqual([]);
  });

  it('those that do not run it read what was written just now, also past what it does not want', async () => {
    const owner = await world.boot([Increases]);
    await owner.caughtUp('increases');
    const other = await world.boot([Increases]);
    for (const nr of range(1, 5)) {
      await other.bus.publish(new CounterIncreased(nr));
      await world.fill(1, 'counter.started');
      await other.caughtUp('increases');
      expect(await world.effects('increases')).toHaveLength(nr);
    }
    expect(other.app.get(Increases).handled).toEqual([]);
  });

  it('another one goes on at once when the owner stops', async () => {
    // Nobody would look again before the test is over.
    const processing = { leaseMs: 600_000 };
    const owner = await world.boot([Increases, Starts], processing);
    await world.fill(1);
    await owner.caughtUp('increases', 'starts');
    const other = await world.boot([Increases, Starts], processing);
    // What it hears for the first time has it look, too.
    await until(() => other.support.database.watch.isLive);
    await until(async () => (await other.status('starts')).state === 'standby');
    await owner.app.close();
    await world.fill(1);
    await other.caughtUp('increases');
    await until(async () => (await other.status('starts')).isOwner);
    expect(await world.effects('increases')).toEqual([1, 2]);
    expect(other.app.get(Increases).handled).toHaveLength(1);
  });

  it('the owner goes on at once when another one ends its pause', async () => {
    const processing = { leaseMs: 600_000 };
    const owner = await world.boot([Increases], processing);
    await world.fill(1);
    await owner.caughtUp('increases');
    const other = await world.boot([Increases], processing);
    await until(() => owner.support.database.watch.isLive);
    await owner.processors.pause('increases');
    await world.fill(1);
    await until(async () => (await owner.status('increases')).state === 'paused');
    await other.processors.resume('increases');
    await until(async () => (await world.effects('increases')).length === 2);
  });

  it('one that takes over leaves no chance to the one before, even where it has written nothing yet', async () => {
    const [one, other] = [await world.boot([]), await world.boot([])];
    const { checkpoints, database } = other.support;
    const take = async ({ support }: ProcessorApp): Promise<Checkpoint> => {
      const seen = await checkpoints.read('increases');
      const held = await support.leases.hold('increases', seen, () => Promise.resolve(0));
      if (!held) throw new Error('The lease is not free.');
      return held;
    };
    const before = await take(one);
    await world.sql('UPDATE hub_checkpoints SET lease_expires_at = 0');
    const after = await take(other);
    expect(after).toEqual({
      ...before,
      owner: after.owner,
      token: 2,
      leaseLeftMs: after.leaseLeftMs,
    });
    const advance = (seen: Checkpoint) =>
      database.transactions.run((manager) => checkpoints.advance('increases', seen, 1, manager));
    expect(await advance(before)).toBeUndefined();
    expect(await advance(after)).toBe(0);
  });

  it('the owner keeps its lease through a batch that takes longer', async () => {
    class Slow extends Increases {
      static isOver = false;
      override async handle(envelope: EventEnvelope, manager: EntityManager): Promise<void> {
        await super.handle(envelope, manager);
        while (!Slow.isOver) {
          await manager.query('SELECT 1');
          await nextTurn();
        }
      }
    }
    const owner = await world.boot([Slow], { leaseMs: 300 });
    await until(async () => (await owner.status('increases')).isOwner);
    const other = await world.boot([Slow], { leaseMs: 300 });
    await owner.bus.publish(new CounterIncreased(1));
    const { checkpoints } = other.support;
    await until(async () => (await checkpoints.read('increases')).leaseLeftMs < 0);
    Slow.isOver = true;
    await other.caughtUp('increases');
    await owner.bus.publish(new CounterIncreased(2));
    await other.caughtUp('increases');
    expect(other.app.get(Slow).handled).toEqual([]);
    expect(await world.effects('increases')).toEqual([1, 2]);
  });

  it('the owner renews its lease while it has nothing to do', async () => {
    const processing = { leaseMs: 2_000 };
    const owner = await world.boot([Increases], processing);
    await until(async () => (await owner.status('increases')).isOwner);
    const other = await world.boot([Increases], processing);
    const { token } = await owner.support.checkpoints.read('increases');
    const first = await leaseExpiry();
    await until(async () => (await leaseExpiry()) > first + processing.leaseMs);
    expect((await other.support.checkpoints.read('increases')).token).toBe(token);
    expect(await owner.status('increases')).toMatchObject({ isOwner: true });
  });

  it.each([
    ['lost its lease', 'token = token + 1', 'token = token - 1'],
    ['been paused', 'paused = 1', 'paused = 0'],
  ])(
    'one that has %s since it looked writes nothing, even where nobody has written since',
    async (_, change, undoing) => {
      const { bus, caughtUp, processors, support } = await world.boot([Increases]);
      await bus.publish(new CounterIncreased(1));
      await caughtUp('increases');
      await processors.stop();
      const { checkpoints, database } = support;
      const seen = await checkpoints.read('increases');
      const advance = () =>
        database.transactions.run((manager) => checkpoints.advance('increases', seen, 2, manager));
      await world.sql(`UPDATE hub_checkpoints SET ${change}`);
      expect(await advance()).toBeUndefined();
      expect((await checkpoints.read('increases')).position).toBe(1);
      await world.sql(`UPDATE hub_checkpoints SET ${undoing}`);
      expect(await advance()).toBe(0);
      expect((await checkpoints.read('increases')).position).toBe(2);
    },
  );

  it(
    'another one takes over within seconds when the owner is killed',
    async () => {
      const killed = await world.startProcess();
      await world.fill(3);
      await until(async () => (await world.effects('increases')).length === 3);
      const { caughtUp, processors, status } = await world.boot([Increases]);
      expect(await status('increases')).toMatchObject({ state: 'standby', isOwner: false });
      await killed.kill();
      await world.fill(2);
      expect(await processors.caughtUp('increases', 5_000)).toBe(true);
      await caughtUp('increases');
      expect(await status('increases')).toMatchObject({ state: 'live', isOwner: true });
      expect(await world.effects('increases')).toEqual(range(1, 5));
    },
    PATIENCE_MS * 2,
  );

  // On SQLite it keeps the write lock of the file, and nobody can write.
  if (kind === 'postgres') {
    it('another one takes over when the owner stands still for good while it renews its lease', async () => {
      const processing = { leaseMs: 500 };
      const owner = await world.startProcess({ processing });
      await until(async () => (await world.ownerPid('increases')) === owner.pid);
      const { caughtUp, status } = await world.boot([Increases], processing);
      await owner.freezeNext('inside a transaction');
      await until(() => owner.isStandingStill);
      await world.fill(2);
      await caughtUp('increases');
      expect(await status('increases')).toMatchObject({ isOwner: true });
      expect(await world.effects('increases')).toEqual([1, 2]);
    }, 60_000);
  }

  async function leaseExpiry(): Promise<number> {
    const open = await openDatabase(world.database);
    const [row] = await open.dataSource.query<{ at: number | string }[]>(
      'SELECT lease_expires_at AS at FROM hub_checkpoints',
    );
    await open.close();
    return Number(row.at);
  }
});
