import type { EntityManager, MigrationInterface, QueryRunner } from 'typeorm';
import { Processor, type EventEnvelope } from '../../src/event-sourcing/index.js';
import { openDatabase, type TestDatabase } from './databases.js';

export class CreateEffects1764000000900 implements MigrationInterface {
  readonly name = 'CreateEffects1764000000900';

  async up(runner: QueryRunner): Promise<void> {
    const numbered =
      runner.dataSource.options.type === 'postgres' ? 'BIGSERIAL' : 'INTEGER PRIMARY KEY';
    // Positions are no key: an effect that happens twice is to be seen twice.
    await runner.query(
      `CREATE TABLE effects (nr ${numbered}, processor TEXT NOT NULL, position BIGINT NOT NULL)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE effects');
  }
}

/** Keeps the position of every event it handles, in the database. */
export abstract class EffectsProcessor extends Processor {
  /** What it was asked to handle, whether that was committed or not. */
  readonly handled: EventEnvelope[] = [];
  /** Runs after the effect of an event was written, and before it is committed. */
  afterEffect: (envelope: EventEnvelope) => unknown = () => undefined;

  override async handle(envelope: EventEnvelope, manager: EntityManager): Promise<void> {
    this.handled.push(envelope);
    await manager.query(
      `INSERT INTO effects (processor, position) VALUES ('${this.name}', ${envelope.position})`,
    );
    await this.afterEffect(envelope);
  }
}

/** The positions of the effects of a processor that are committed, in the order in which they happened. */
export async function effectsOf(processor: string, database: TestDatabase): Promise<number[]> {
  const open = await openDatabase(database);
  try {
    const rows = await open.dataSource.query<{ position: number | string }[]>(
      `SELECT position FROM effects WHERE processor = '${processor}' ORDER BY nr`,
    );
    return rows.map(({ position }) => Number(position));
  } finally {
    await open.close();
  }
}

/** The whole numbers from `first` to `last`. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
