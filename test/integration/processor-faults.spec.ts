import type { EntityManager } from 'typeorm';
import {
  EffectProcessor,
  type EventEnvelope,
  EventStore,
  InfrastructureError,
  On,
  Projection,
  ProjectionContext,
  StoreFailureError,
  UnstorableValueError,
} from '../../src/event-sourcing/index.js';
import { until } from '../support/async.js';
import { CounterIncreased } from '../support/counter.events.js';
import { DATABASE_KINDS } from '../support/databases.js';
import { EffectsProcessor, range } from '../support/effects.js';
import { IMPATIENT, ProcessorWorld } from '../support/processor-world.js';

class Increases extends EffectsProcessor {
  override readonly name = 'increases';
  override readonly eventTypes = ['counter.increased'];
}

class Away extends InfrastructureError {
  readonly code = 'away';

  constructor(readonly retryable: boolean) {
    super('It is away.');
  }
}

describe.each(DATABASE_KINDS)('whose fault it is that an event fails, on %s:', (kind) => {
  let world: ProcessorWorld;

  beforeEach(async () => {
    world = await ProcessorWorld.create(kind);
  });

  afterEach(() => world.end());

  const fillStreams = async (count: number): Promise<void> => {
    for (const nr of range(1, count)) await world.fill(1, 'counter.increased', `counter-${nr}`);
  };

  it('a projection that would store events is at fault itself, and the event is parked', async () => {
    @Projection({ name: 'increases', version: 1 })
    class Stores {
      constructor(private readonly store: EventStore) {}

      @On(CounterIncreased)
      async increased({ by }: CounterIncreased, { envelope }: ProjectionContext): Promise<void> {
        if (envelope.position === 2) await app.bus.publish(new CounterIncreased(by));
        await this.store.headPosition();
      }
    }
    await fillStreams(3);
    const app = await world.boot([Stores as never], IMPATIENT);
    await app.caughtUp('increases');
    expect(await app.parked.list()).toMatchObject([
      { position: 2, attempts: 3, error: expect.stringContaining('was about to') as string },
    ]);
    expect(await app.status('increases')).toMatchObject({ state: 'live', position: 3 });
  });

  it.each([
    ['says that it will not succeed later', () => new Away(false)],
    ['has a value that cannot be stored', () => new UnstorableValueError('a.b', 'it is -0.')],
    ['was refused by the store', () => new StoreFailureError('No.')],
    ['found another system away', () => Object.assign(new Error('x'), { code: 'ECONNREFUSED' })],
    [
      'found another system away, and says it in other words',
      () => new Error('It failed.', { cause: Object.assign(new Error(), { code: 'ENOTFOUND' }) }),
    ],
  ])('an event is parked that %s', async (_, failure) => {
    class Fails extends Increases {
      override afterEffect = ({ position }: EventEnvelope): void => {
        if (position === 1) throw failure();
      };
    }
    await fillStreams(2);
    const { caughtUp, parked } = await world.boot([Fails], IMPATIENT);
    await caughtUp('increases');
    expect(await parked.list()).toMatchObject([{ position: 1, attempts: 3 }]);
    expect(await world.effects('increases')).toEqual([2]);
  });

  it('an event is not parked while something says that it may succeed later', async () => {
    let times = 8;
    class Fails extends Increases {
      override afterEffect = (): void => {
        if (times-- > 0) throw new Error('It failed.', { cause: new Away(true) });
      };
    }
    await fillStreams(2);
    const { caughtUp, logs, parked } = await world.boot([Fails], IMPATIENT);
    await caughtUp('increases');
    expect(logs.errors).toHaveLength(8);
    expect(await parked.list()).toEqual([]);
  });

  it('a mistake in the SQL for one kind of event parks these events, and others go on', async () => {
    class Mistaken extends Increases {
      override async handle(envelope: EventEnvelope, manager: EntityManager): Promise<void> {
        if (envelope.position === 2) await manager.query('UPDATE effects SET amount = 1');
        if (envelope.position === 4) await manager.query('INSRT INTO effects');
        await super.handle(envelope, manager);
      }
    }
    await fillStreams(6);
    const { caughtUp, parked, status } = await world.boot([Mistaken], IMPATIENT);
    await caughtUp('increases');
    expect(await world.effects('increases')).toEqual([1, 3, 5, 6]);
    expect(await parked.list()).toMatchObject([
      { position: 2, error: expect.stringContaining('amount') as string },
      { position: 4, error: expect.stringMatching(/syntax/) as string },
    ]);
    expect(await status('increases')).toMatchObject({ state: 'live', parked: 2 });
  });

  it('a table that is not there stalls the processor with a word on what to do; nothing stays parked', async () => {
    await fillStreams(12);
    await world.sql('ALTER TABLE effects RENAME TO elsewhere');
    const { caughtUp, logs, parked, status } = await world.boot([Increases], IMPATIENT);
    await until(async () => (await status('increases')).state === 'stalled');
    expect(await status('increases')).toMatchObject({
      position: 0,
      parked: 0,
      lagEvents: 12,
      lastError: expect.stringMatching(
        /effects.*Run the migration that is missing.*goes on by itself/,
      ) as string,
    });
    expect(await parked.list()).toEqual([]);
    expect(logs.errors.filter((line) => line.includes('has stalled'))).toHaveLength(1);

    await world.sql('ALTER TABLE elsewhere RENAME TO effects');
    await caughtUp('increases');
    expect(await world.effects('increases')).toEqual(range(1, 12));
    expect(await status('increases')).toMatchObject({ state: 'live', parked: 0 });
  });

  it('what was parked for a missing table and is retried meanwhile stays handled, and is not handled again', async () => {
    let isBroken = true;
    const sent: number[] = [];
    class Sends extends EffectProcessor {
      override readonly name = 'sends';
      override readonly eventTypes = ['counter.increased'];
      private isRetried = false;

      override async perform({ position }: EventEnvelope): Promise<void> {
        if (!this.isRetried && (await app.status('sends')).parked === 3) {
          this.isRetried = true;
          isBroken = false;
          await app.parked.retry('sends', 'counter-1');
          isBroken = true;
        }
        await app.support.database.dataSource.query(
          isBroken ? 'SELECT x FROM nowhere' : 'SELECT 1',
        );
        sent.push(position);
      }
    }
    await fillStreams(8);
    const app = await world.boot([Sends as never], IMPATIENT);
    await until(async () => (await app.status('sends')).state === 'stalled');
    expect(await app.status('sends')).toMatchObject({ position: 4, parked: 3 });
    isBroken = false;
    await app.caughtUp('sends');
    for (const nr of range(2, 4)) await app.parked.retry('sends', `counter-${nr}`);
    expect(sent.toSorted((a, b) => a - b)).toEqual(range(1, 8));
    expect(await app.status('sends')).toMatchObject({ state: 'live', parked: 0 });
  });
});
