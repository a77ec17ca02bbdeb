import { DataSource } from 'typeorm';
import { Clock } from '../../context/clock.js';
import { EventRegistry } from '../../events/event-registry.js';
import { EventSerializer } from '../../events/event-serializer.js';
import { Upcasters } from '../../events/upcasters.js';
import type { EntityClass } from '../../projections/projection.decorator.js';
import { type MigrationClass, openEventDatabase } from '../../store/typeorm/event-database.js';
import { sqliteDriver } from '../../store/typeorm/sqlite/sqlite-driver.js';
import type { GivenEvent } from './given-event.js';

const FIRST_TIME = '2026-01-01T00:00:00.000Z';

/** What a projection writes to. */
export interface Tables {
  readonly entities: readonly EntityClass[];
  /** Those that make the tables; without any, they are made from the entities. */
  readonly migrations: readonly MigrationClass[];
}

/** Makes a SQLite file whose log holds these events at positions 1, 2, 3…, and whose tables are empty. */
export async function writeGivenLog(
  database: string,
  events: readonly GivenEvent[],
  { entities, migrations }: Tables,
): Promise<void> {
  const clock = new ClockOfTheGiven();
  const dataSource = await new DataSource({
    type: 'better-sqlite3',
    driver: sqliteDriver(),
    database,
    entities: [...entities],
    synchronize: migrations.length === 0,
  }).initialize();
  try {
    const log = await openEventDatabase(dataSource, clock);
    await log.migrate(migrations);
    const registry = new EventRegistry();
    const serializer = new EventSerializer(registry, new Upcasters(registry));
    for (const [index, { event, stream, metadata, recordedAt }] of events.entries()) {
      clock.moveTo(recordedAt);
      const id = `00000000-0000-7000-8000-${String(index + 1).padStart(12, '0')}`;
      await log.store.append(stream, 'any', [serializer.serialize(event, id, metadata)]);
    }
    await log.close();
  } finally {
    await dataSource.destroy();
  }
}

class ClockOfTheGiven extends Clock {
  private time: Date | undefined;

  override now(): Date {
    return this.time ?? new Date(FIRST_TIME);
  }

  /** The log would silently take the later of two times: a specification is to say what it gets. */
  moveTo(time: Date | undefined): void {
    if (time === undefined) return;
    if (this.time && time < this.time) {
      throw new Error(
        `${time.toISOString()} is before ${this.time.toISOString()}, and the times of a log never go back. ` +
          'Give the events in the order in which they were recorded.',
      );
    }
    this.time = time;
  }
}
