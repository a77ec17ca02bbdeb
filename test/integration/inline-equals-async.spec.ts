import fc from 'fast-check';
import type { EventEnvelope, Lifecycle } from '../../src/event-sourcing/index.js';
import '../support/counter.events.js';
import { type DatabaseKind, DATABASE_KINDS } from '../support/databases.js';
import { EffectsProcessor } from '../support/effects.js';
import { increased, type InlineApp, InlineWorld, newEvents } from '../support/inline-world.js';
import { loggedEvents } from '../support/logged-events.js';
import { IMPATIENT, PATIENCE_MS } from '../support/processor-world.js';

const RUNS = Number(process.env.INLINE_RUNS ?? 8);
const STREAMS = ['counter-a', 'counter-b', 'counter-c'];
/** What both processors fail at, until it is mended. */
const POISON = 13;

abstract class Recording extends EffectsProcessor {
  static isMended = false;
  override readonly eventTypes = ['counter.increased'];
  override afterEffect = ({ event }: EventEnvelope): void => {
    const { by } = event as { by: number };
    if (by === POISON && !Recording.isMended) throw new Error('Thirteen!');
  };
}

class InTheAppend extends Recording {
  override readonly name = 'in-the-append';
  override readonly lifecycle: Lifecycle = 'inline';
}

class BehindTheLog extends Recording {
  override readonly name = 'behind-the-log';
}

const NAMES = ['in-the-append', 'behind-the-log'] as const;

type Step =
  | {
      readonly kind: 'append';
      readonly appends: readonly (readonly [stream: string, by: number])[];
    }
  | { readonly kind: 'fill'; readonly stream: string; readonly by: number }
  | { readonly kind: 'pause' | 'resume' | 'restart' | 'catch up' };

const stream = fc.constantFrom(...STREAMS);
const by = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 9 }) }, fc.constant(POISON));
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      appends: fc.array(fc.tuple(stream, by), { minLength: 1, maxLength: 5 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fill' as const),
      stream,
      // What is in the log past the inline processor is parked when it fails, and not refused.
      by: fc.constantFrom(1, POISON),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('pause' as const, 'resume' as const, 'restart' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('catch up' as const) }) },
);

class Workload {
  private constructor(
    private readonly world: InlineWorld,
    private app: InlineApp,
  ) {}

  static async run(kind: DatabaseKind, steps: readonly Step[]): Promise<void> {
    Recording.isMended = false;
    const world = await InlineWorld.create(kind);
    try {
      const workload = new Workload(world, await boot(world));
      for (const each of steps) await workload.take(each);
      await workload.end();
    } finally {
      await world.end();
    }
  }

  private async take(step: Step): Promise<void> {
    const { processors, store } = this.app;
    if (step.kind === 'append') {
      const appends = step.appends.map(([name, amount]) =>
        store.append(name, 'any', newEvents(increased(amount), increased(1))),
      );
      for (const outcome of await Promise.allSettled(appends)) {
        if (outcome.status === 'rejected') {
          expect(outcome.reason).toMatchObject({ code: 'event-refused' });
        }
      }
    }
    if (step.kind === 'fill') await this.world.fill(step.stream, increased(step.by));
    if (step.kind === 'pause') for (const name of NAMES) await processors.pause(name);
    if (step.kind === 'resume') for (const name of NAMES) await processors.resume(name);
    if (step.kind === 'catch up') await this.catchUp();
    if (step.kind !== 'restart') return;
    await this.app.app.close();
    this.app = await boot(this.world);
  }

  /** Both have said the same of the same events, before parked ones are mended and after. */
  private async end(): Promise<void> {
    await this.catchUp();
    const { parked } = this.app;
    const parkedBy = async (processor: string): Promise<number[]> =>
      (await parked.list({ processor, limit: 1_000 })).map(({ position }) => position);
    expect(await parkedBy(NAMES[0])).toEqual(await parkedBy(NAMES[1]));
    expect(await this.effects(NAMES[0])).toEqual(await this.effects(NAMES[1]));
    Recording.isMended = true;
    for (const name of NAMES) for (const each of STREAMS) await parked.retry(name, each);
    const wanted = await this.byStream(
      (await loggedEvents(this.world.database)).map(({ position }) => position),
    );
    for (const name of NAMES) expect(await this.effects(name)).toEqual(wanted);
  }

  private async catchUp(): Promise<void> {
    for (const name of NAMES) {
      await this.app.processors.resume(name);
      expect(await this.app.processors.caughtUp(name, PATIENCE_MS)).toBe(true);
    }
  }

  private async effects(processor: string): Promise<Record<string, number[]>> {
    return this.byStream(await this.world.effects(processor));
  }

  /** In the order in which they happened: across streams it is left open when some are parked. */
  private async byStream(positions: readonly number[]): Promise<Record<string, number[]>> {
    const log = await loggedEvents(this.world.database);
    const all: Record<string, number[]> = {};
    for (const position of positions) (all[log[position - 1].stream] ??= []).push(position);
    return all;
  }
}

function boot(world: InlineWorld): Promise<InlineApp> {
  return world.boot([InTheAppend, BehindTheLog], IMPATIENT);
}

describe.each(DATABASE_KINDS)(
  'an inline processor and an async one, with the log in %s',
  (kind) => {
    it(
      'have had the same effects of any workload',
      () =>
        fc.assert(
          fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), (steps) =>
            Workload.run(kind, steps),
          ),
          { numRuns: RUNS, endOnFailure: true },
        ),
      60_000 + RUNS * 20_000,
    );
  },
);
