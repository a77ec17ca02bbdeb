import {
  EffectProcessor,
  type EventEnvelope,
  StoreUnavailableError,
} from '../../src/event-sourcing/index.js';
import { Gate, until } from '../support/async.js';
import '../support/counter.events.js';
import { DATABASE_KINDS } from '../support/databases.js';
import type { EffectsProcessor } from '../support/effects.js';
import { range } from '../support/effects.js';
import { IMPATIENT, ProcessorWorld } from '../support/processor-world.js';

class Sends extends EffectProcessor {
  override readonly name = 'sends';
  override readonly eventTypes = ['counter.increased'];
  readonly sent: string[] = [];

  override perform({ stream, revision }: EventEnvelope): Promise<void> {
    this.sent.push(`${stream}@${revision}`);
    return Promise.resolve();
  }
}

describe.each(DATABASE_KINDS)('an effect processor, with the log in %s', (kind) => {
  let world: ProcessorWorld;

  beforeEach(async () => {
    world = await ProcessorWorld.create(kind);
  });

  afterEach(() => world.end());

  const boot = (effects: new () => EffectProcessor) =>
    world.boot([effects as unknown as new () => EffectsProcessor], IMPATIENT);

  it('performs what is in the log and what comes, and not again after a restart', async () => {
    await world.fill(3, 'counter.increased', 'counter-a');
    const first = await boot(Sends);
    await first.caughtUp('sends');
    await world.fill(2, 'counter.increased', 'counter-a');
    await first.caughtUp('sends');
    expect(first.app.get(Sends).sent).toEqual(range(1, 5).map((nr) => `counter-a@${nr}`));
    await first.app.close();
    const second = await boot(Sends);
    await world.fill(1, 'counter.increased', 'counter-a');
    await second.caughtUp('sends');
    expect(second.app.get(Sends).sent).toEqual(['counter-a@6']);
  });

  it('performs again what was not followed by a checkpoint: at least once', async () => {
    await world.fill(2, 'counter.increased', 'counter-a');
    const first = await boot(Sends);
    await first.caughtUp('sends');
    await first.app.close();
    await world.sql('UPDATE hub_checkpoints SET position = 1');
    const second = await boot(Sends);
    await second.caughtUp('sends');
    expect(second.app.get(Sends).sent).toEqual(['counter-a@2']);
  });

  it.each(['by itself', 'step by step'])(
    'finishes what it is at, run %s, before its process gives it back',
    async (how) => {
      const inside = new Gate();
      const gate = new Gate();
      class Held extends Sends {
        override async perform(envelope: EventEnvelope): Promise<void> {
          inside.open();
          await gate.opened;
          await super.perform(envelope);
        }
      }
      const { app, processors, support } = await boot(Held);
      const checkpoint = () => support.checkpoints.read('sends');
      await until(async () => (await checkpoint()).owner !== null);
      if (how === 'step by step') await processors.pause('sends');
      await world.fill(1, 'counter.increased', 'counter-a');
      const step = how === 'step by step' ? processors.runOnce('sends') : undefined;
      await inside.opened;
      let hasStopped = false;
      const stopping = processors.stop().then(() => (hasStopped = true));
      for (const _ of range(1, 50)) expect((await checkpoint()).owner).not.toBeNull();
      expect(hasStopped).toBe(false);
      gate.open();
      await stopping;
      await step;
      expect(app.get(Held).sent).toEqual(['counter-a@1']);
      expect(await checkpoint()).toMatchObject({ position: 1, owner: null });
    },
  );

  it('waits out an outage, and parks nothing', async () => {
    let outages = 5;
    class Unlucky extends Sends {
      override async perform(envelope: EventEnvelope): Promise<void> {
        if (outages-- > 0) throw new StoreUnavailableError('It is away.');
        await super.perform(envelope);
      }
    }
    await world.fill(1, 'counter.increased', 'counter-a');
    const { app, caughtUp, parked } = await boot(Unlucky);
    await caughtUp('sends');
    expect(app.get(Unlucky).sent).toEqual(['counter-a@1']);
    expect(await parked.list()).toEqual([]);
  });

  it('parks what fails with what follows in its stream, goes on with others, and performs it when it is retried', async () => {
    let isBroken = true;
    class Picky extends Sends {
      override async perform(envelope: EventEnvelope): Promise<void> {
        if (isBroken && envelope.stream === 'counter-b' && envelope.revision === 2) {
          throw new Error('Not this one.');
        }
        await super.perform(envelope);
      }
    }
    await world.fill(3, 'counter.increased', 'counter-b');
    await world.fill(2, 'counter.increased', 'counter-a');
    const { app, caughtUp, parked, status } = await boot(Picky);
    await caughtUp('sends');
    await world.fill(1, 'counter.increased', 'counter-b');
    await until(async () => (await status('sends')).parked === 3);
    const sent = (stream: string): string[] =>
      app.get(Picky).sent.filter((each) => each.startsWith(stream));
    expect(new Set(sent('counter-a'))).toEqual(new Set(['counter-a@1', 'counter-a@2']));
    expect(new Set(sent('counter-b'))).toEqual(new Set(['counter-b@1']));

    isBroken = false;
    expect(await parked.retry('sends', 'counter-b')).toMatchObject({ handled: 3, left: 0 });
    expect(sent('counter-b').slice(-3)).toEqual(['counter-b@2', 'counter-b@3', 'counter-b@4']);
    expect((await status('sends')).parked).toBe(0);
  });
});
