import type { TestingModule } from '@nestjs/testing';
import { v7 } from 'uuid';
import {
  CheckpointedHandlers,
  type EventEnvelope,
  EventSourcingModule,
  type EventStore,
  type HandlerStatus,
} from '../../src/event-sourcing/index.js';
import { Checkpoints } from '../../src/event-sourcing/processing/checkpoints.js';
import { Gate, until } from '../support/async.js';
import { bootKit, type BootedKit } from '../support/booted-kit.js';
import { CounterIncreased, CounterStarted } from '../support/counter.events.js';
import {
  createDatabase,
  DATABASE_KINDS,
  openDatabase,
  type TestDatabase,
} from '../support/databases.js';
import {
  CreateEffects1764000000900,
  effectsOf,
  EffectsHandler,
  range,
} from '../support/effects.js';

const PATIENCE_MS = 15_000;

class Increases extends EffectsHandler {
  override readonly name = 'increases';
  override readonly eventTypes = ['counter.increased'];
}

class Starts extends EffectsHandler {
  override readonly name = 'starts';
  override readonly eventTypes = ['counter.started'];
}

class Everything extends EffectsHandler {
  override readonly name = 'everything';
  override readonly eventTypes = ['counter.started', 'counter.increased'];
}

describe.each(DATABASE_KINDS)('a checkpointed handler, with the log in %s', (kind) => {
  let database: TestDatabase;
  let booted: BootedKit[];

  beforeEach(async () => {
    database = await createDatabase(kind);
    booted = [];
  });

  afterEach(async () => {
    await Promise.all(booted.map(({ app }) => app.close()));
    await database.drop();
  });

  async function boot(...providers: (new () => EffectsHandler)[]): Promise<BootedKit> {
    const kit = await bootKit({
      database,
      providers,
      imports: [EventSourcingModule.forFeature([], { migrations: [CreateEffects1764000000900] })],
    });
    booted.push(kit);
    return kit;
  }

  const effects = (handler: string): Promise<number[]> => effectsOf(handler, database);

  async function caughtUp(app: TestingModule, ...names: string[]): Promise<void> {
    for (const name of names) {
      expect(await app.get(CheckpointedHandlers).caughtUp(name, PATIENCE_MS)).toBe(true);
    }
  }

  function statusOf(app: TestingModule, name: string): HandlerStatus | undefined {
    return app
      .get(CheckpointedHandlers)
      .statuses()
      .find((status) => status.name === name);
  }

  /** Into the log past every running application, as another process would. */
  async function fill(count: number, type = 'counter.increased', data = { by: 1 }): Promise<void> {
    const open = await openDatabase(database);
    await append(open.store, count, type, data);
    await open.close();
  }

  async function append(store: EventStore, count: number, type: string, data = { by: 1 }) {
    const events = range(1, count).map(() => ({ id: v7(), type, version: 1, data }));
    await store.append('counter-filled', 'any', events);
  }

  it('catches up from the beginning, batch by batch, and then follows as events come', async () => {
    await fill(1_201);
    const { app, bus } = await boot(Increases);
    await caughtUp(app, 'increases');
    expect(await effects('increases')).toEqual(range(1, 1_201));
    await bus.publish(new CounterIncreased(1));
    await caughtUp(app, 'increases');
    expect(await effects('increases')).toEqual(range(1, 1_202));
    expect(statusOf(app, 'increases')).toEqual({ name: 'increases', position: 1_202 });
  });

  it('sees only the types it wants, as instances of their classes, in the order of positions', async () => {
    const { app, bus } = await boot(Starts, Increases, Everything);
    await bus.publishAll([new CounterStarted('a'), new CounterIncreased(7)]);
    await bus.publish(new CounterStarted('b'));
    await caughtUp(app, 'starts', 'increases', 'everything');
    expect(await effects('starts')).toEqual([1, 3]);
    expect(await effects('increases')).toEqual([2]);
    expect(await effects('everything')).toEqual([1, 2, 3]);
    expect(app.get(Increases).handled[0]).toMatchObject({
      event: new CounterIncreased(7),
      stream: 'published-counter.increased',
      revision: 1,
      position: 2,
    });
  });

  it('sees what other processes append', async () => {
    const { app } = await boot(Increases);
    await fill(3);
    await until(() => statusOf(app, 'increases')?.position === 3);
    expect(await effects('increases')).toEqual([1, 2, 3]);
  });

  it('that throws in the middle of a batch has no effect, and is called again until it succeeds', async () => {
    await fill(5);
    let failures = 2;
    class FailsTwice extends Increases {
      override afterEffect = ({ position }: { position: number }): void => {
        if (position === 3 && failures-- > 0) throw new Error('Not yet.');
      };
    }
    const { app, logs } = await boot(FailsTwice, Everything);
    await until(() => logs.errors.length === 1);
    expect(await effects('increases')).toEqual([]);
    expect(statusOf(app, 'increases')).toMatchObject({ position: 0, lastError: 'Not yet.' });
    await caughtUp(app, 'everything');
    await caughtUp(app, 'increases');
    expect(await effects('increases')).toEqual(range(1, 5));
    expect(app.get(FailsTwice).handled).toHaveLength(3 + 3 + 5);
    expect(logs.errors).toEqual([
      expect.stringMatching(/^Handler "increases" failed after position 0, .* 200 ms: Not yet\.$/),
      expect.stringMatching(/^Handler "increases" failed after position 0, .* 400 ms: Not yet\.$/),
    ]);
    expect(statusOf(app, 'increases')).toEqual({ name: 'increases', position: 5 });
  });

  it('prepares each batch before any of its effects is committed, and again after a failure', async () => {
    await fill(501);
    const prepared: number[][] = [];
    class Prepares extends Increases {
      override async prepareBatch(envelopes: readonly EventEnvelope[]): Promise<void> {
        prepared.push([envelopes[0].position, envelopes.length, (await effects(this.name)).length]);
        if (prepared.length === 1) throw new Error('Not yet.');
      }
    }
    const { app } = await boot(Prepares);
    await caughtUp(app, 'increases');
    expect(prepared).toEqual([
      [1, 500, 0],
      [1, 500, 0],
      [501, 1, 500],
    ]);
    expect(await effects('increases')).toEqual(range(1, 501));
  });

  it('stops at an event that nobody knows, instead of skipping it', async () => {
    class WantsUnknown extends EffectsHandler {
      override readonly name = 'unknown';
      override readonly eventTypes = ['counter.increased', 'counter.vanished'];
    }
    await fill(1);
    await fill(1, 'counter.vanished');
    const { app, logs } = await boot(WantsUnknown, Increases);
    await until(() => logs.errors.length > 0);
    await caughtUp(app, 'increases');
    expect(statusOf(app, 'unknown')).toMatchObject({
      position: 0,
      lastError: expect.stringContaining('"counter.vanished" version 1 is unknown here') as string,
    });
  });

  it('resumes after a restart where it was, and handles nothing twice', async () => {
    await fill(700);
    const first = await boot(Increases);
    await caughtUp(first.app, 'increases');
    await first.app.close();
    await fill(3);
    const { app } = await boot(Increases);
    await caughtUp(app, 'increases');
    expect(await effects('increases')).toEqual(range(1, 703));
    expect(app.get(Increases).handled.map(({ position }) => position)).toEqual([701, 702, 703]);
  });

  it('in two processes at once handles each event exactly once, in order', async () => {
    await fill(1_700);
    const kits = await Promise.all([boot(Increases, Everything), boot(Increases, Everything)]);
    await Promise.all(
      range(1, 60).map((nr) => kits[nr % 2].bus.publish(new CounterIncreased(nr)) as Promise<void>),
    );
    for (const { app } of kits) await caughtUp(app, 'increases', 'everything');
    expect(await effects('increases')).toEqual(range(1, 1_760));
    expect(await effects('everything')).toEqual(range(1, 1_760));
    expect(kits.flatMap(({ logs }) => logs.errors)).toEqual([]);
  });

  it('can be waited for: no longer than asked, and only for what is in the log by then', async () => {
    const gate = new Gate();
    class Held extends Increases {
      override afterEffect = (): Promise<void> => gate.opened;
    }
    await fill(1);
    const { app } = await boot(Held);
    const handlers = app.get(CheckpointedHandlers);
    expect(await handlers.caughtUp('increases', 50)).toBe(false);
    const waiting = handlers.caughtUp('increases', PATIENCE_MS);
    gate.open();
    expect(await waiting).toBe(true);
    expect(await effects('increases')).toEqual([1]);
    await expect(handlers.caughtUp('nobody', 50)).rejects.toThrow(/no .* handler named "nobody"/);
  });

  it('moves on over events it does not want, and does not read them again after a restart', async () => {
    await fill(1);
    await fill(10_000, 'counter.started', { by: 0 });
    const { app } = await boot(Increases);
    await caughtUp(app, 'increases');
    expect(await effects('increases')).toEqual([1]);
    const checkpoint = await app.get(Checkpoints).read('increases');
    await fill(9_999, 'counter.started', { by: 0 });
    await caughtUp(app, 'increases');
    expect(await app.get(Checkpoints).read('increases')).toBe(checkpoint);
    await fill(10_000, 'counter.started', { by: 0 });
    await caughtUp(app, 'increases');
    expect(await app.get(Checkpoints).read('increases')).toBe(30_000);
  });

  it('finishes the batch under way when the application closes, and begins no other', async () => {
    await fill(700);
    const gate = new Gate();
    let closing: Promise<void> | undefined;
    class Held extends Increases {
      override afterEffect = async ({ position }: { position: number }): Promise<void> => {
        if (position !== 500) return;
        closing = app.close();
        await gate.opened;
      };
    }
    const { app } = await boot(Held);
    await until(() => closing !== undefined);
    const stop = app.get(CheckpointedHandlers).stop();
    gate.open();
    await Promise.all([closing, stop]);
    expect(await effects('increases')).toEqual(range(1, 500));
    expect(app.get(Held).handled).toHaveLength(500);
  });
});
