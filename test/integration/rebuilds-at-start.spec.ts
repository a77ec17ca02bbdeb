import { TypeOrmModule } from '@nestjs/typeorm';
import { Column, Entity, type MigrationInterface, PrimaryColumn, type QueryRunner } from 'typeorm';
import {
  EventSourcingModule,
  On,
  Projection,
  type ProjectionContext,
} from '../../src/event-sourcing/index.js';
import { until } from '../support/async.js';
import { CounterIncreased, CounterStarted } from '../support/counter.events.js';
import { CounterTotal, CounterTotalsProjection } from '../support/counter-totals.js';
import { DATABASE_KINDS } from '../support/databases.js';
import { IMPATIENT, PATIENCE_MS } from '../support/processor-world.js';
import { increased, RebuildWorld, started, TOTALS } from '../support/rebuild-world.js';

@Projection({ name: TOTALS, version: 2, entities: [CounterTotal] })
class SecondTotals extends CounterTotalsProjection {}

@Projection({ name: TOTALS, version: 3, entities: [CounterTotal] })
class ThirdTotals extends CounterTotalsProjection {}

@Projection({ name: TOTALS, version: 2, entities: [CounterTotal] })
class RefusingTotals extends CounterTotalsProjection {
  @On(CounterIncreased)
  override increased(): Promise<void> {
    throw new Error('No.');
  }
}

const LABELS = 'counter-labels';

@Entity('counter_labels')
class CounterLabel {
  @PrimaryColumn('text')
  label: string;

  @Column('integer')
  version: number;
}

class CreateCounterLabels1764000000902 implements MigrationInterface {
  readonly name = 'CreateCounterLabels1764000000902';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE TABLE counter_labels (label text PRIMARY KEY, version integer NOT NULL)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE counter_labels');
  }
}

@Projection({ name: LABELS, version: 1, entities: [CounterLabel] })
class FirstLabels {
  readonly version: number = 1;

  @On(CounterStarted)
  started({ label }: CounterStarted, { manager }: ProjectionContext): Promise<unknown> {
    return manager.insert(CounterLabel, { label, version: this.version });
  }
}

@Projection({ name: LABELS, version: 2, entities: [CounterLabel] })
class SecondLabels extends FirstLabels {
  override readonly version = 2;
}

const WITH_LABELS = [
  EventSourcingModule.forFeature([], { migrations: [CreateCounterLabels1764000000902] }),
  TypeOrmModule.forFeature([CounterLabel]),
];

/** In the first version, by a program that has ended. */
describe.each(DATABASE_KINDS)('a read model that was made, on %s,', (kind) => {
  let world: RebuildWorld;

  beforeEach(async () => {
    world = await RebuildWorld.create(kind);
    await world.fill('counter-a', started(), increased(1));
    const first = await world.boot([CounterTotalsProjection, FirstLabels], {}, WITH_LABELS);
    await first.caughtUp();
    expect(await first.processors.caughtUp(LABELS, PATIENCE_MS)).toBe(true);
    await first.app.close();
  });

  afterEach(() => world.end());

  it('stays as it is where its rebuild was cancelled, until somebody asks for it or the version rises', async () => {
    const beside = await world.boot([SecondTotals], { run: false });
    await beside.rebuilds.start(TOTALS);
    await beside.rebuilds.cancel(TOTALS);
    await beside.app.close();
    const second = await world.boot([SecondTotals]);
    // Its worker looks at versions first.
    await second.rebuilds.verify(TOTALS);
    expect(await second.rebuilds.status(TOTALS)).toMatchObject({ state: 'cancelled', version: 2 });
    expect(second.logs.warnings.join()).toContain('is cancelled, and is begun again when');
    expect(await second.rebuilds.start(TOTALS)).toMatchObject({ state: 'building' });
    await second.rebuilds.cancel(TOTALS);
    await second.app.close();
    const third = await world.boot([ThirdTotals]);
    expect(await third.becomes('switched')).toMatchObject({ version: 3 });
  });

  it('stays as it is where its rebuild is held, which goes on being held when the application starts anew', async () => {
    const second = await world.boot([RefusingTotals], IMPATIENT);
    const { startedAt } = await second.becomes('held');
    await second.app.close();
    const third = await world.boot([RefusingTotals], IMPATIENT);
    // Its worker looks at versions first.
    await third.rebuilds.verify(TOTALS);
    expect(await third.rebuilds.status(TOTALS)).toMatchObject({ state: 'held', startedAt });
    expect(await world.totals()).toEqual({ a: 1 });
  });

  it('is rebuilt though another one may not be, of which a newer version is being built', async () => {
    const newer = await world.boot([ThirdTotals], { run: false });
    await newer.rebuilds.start(TOTALS);
    await newer.app.close();
    const second = await world.boot([SecondTotals, SecondLabels], {}, WITH_LABELS);
    const labels = () => second.rebuilds.status(LABELS);
    await until(async () => (await labels())?.state === 'switched', 'the labels are switched');
    expect(second.logs.warnings.join()).toContain(
      `Projection "${TOTALS}" is not rebuilt: Version 3 of`,
    );
    expect(await second.rebuilds.status(TOTALS)).toMatchObject({ state: 'building', version: 3 });
  });
});
