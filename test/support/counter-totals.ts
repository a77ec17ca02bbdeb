import {
  Column,
  Entity,
  type MigrationInterface,
  PrimaryColumn,
  type QueryRunner,
  type ValueTransformer,
} from 'typeorm';
import {
  aggregateIdOf,
  On,
  Projection,
  type ProjectionContext,
} from '../../src/event-sourcing/index.js';
import { openDatabase, type TestDatabase } from './databases.js';
import { CounterIncreased, CounterStarted } from './counter.events.js';

const asNumber: ValueTransformer = { to: (value: number) => value, from: Number };

@Entity('counter_totals')
export class CounterTotal {
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  label: string;

  @Column('bigint', { transformer: asNumber })
  total: number;

  /** The position of the event the row has changed by last. */
  @Column('bigint', { transformer: asNumber })
  position: number;
}

export class CreateCounterTotals1764000000901 implements MigrationInterface {
  readonly name = 'CreateCounterTotals1764000000901';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE TABLE counter_totals (id text PRIMARY KEY, label text NOT NULL, total bigint NOT NULL, position bigint NOT NULL)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE counter_totals');
  }
}

/** The projection of the tests of the kit: what every counter has come to. */
@Projection({ name: 'counter-totals', version: 1, entities: [CounterTotal] })
export class CounterTotalsProjection {
  @On(CounterStarted)
  started({ label }: CounterStarted, { envelope, manager }: ProjectionContext): Promise<unknown> {
    const { stream, position } = envelope;
    return manager.insert(CounterTotal, { id: aggregateIdOf(stream), label, total: 0, position });
  }

  @On(CounterIncreased)
  async increased(
    { by }: CounterIncreased,
    { envelope: { stream, position }, manager }: ProjectionContext,
  ): Promise<void> {
    const id = aggregateIdOf(stream);
    await manager.increment(CounterTotal, { id }, 'total', by);
    await manager.update(CounterTotal, { id }, { position });
  }
}

/** The rows that are committed, by the ids of their counters. */
export async function counterTotals(database: TestDatabase): Promise<CounterTotal[]> {
  const open = await openDatabase(database, { entities: [CounterTotal] });
  try {
    const rows = await open.dataSource.getRepository(CounterTotal).find({ order: { id: 'ASC' } });
    return rows.map((row) => ({ ...row }));
  } finally {
    await open.close();
  }
}
