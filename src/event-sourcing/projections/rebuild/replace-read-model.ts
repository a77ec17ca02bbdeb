import type { EntityManager } from 'typeorm';
import { run } from '../../processing/portable-sql.js';
import type { ShadowDatabase } from '../../store/typeorm/shadow-database.js';
import type { ProjectionTable } from './rebuildable-projection.js';

/** The rows of a shadow in the place of those that serve, in the transaction of `manager`. */
export async function replaceRows(
  tables: readonly ProjectionTable[],
  shadow: ShadowDatabase,
  manager: EntityManager,
): Promise<void> {
  // Tables that refer to others are listed after them.
  for (const { name } of [...tables].reverse()) await manager.query(`DELETE FROM "${name}"`);
  for (const { name } of tables) await shadow.copyRows(name, manager);
}

/** The events parked in a shadow in the place of those parked for the projection; under the lock of its checkpoint. */
export async function replaceParkedEvents(
  projection: string,
  builder: string,
  shadow: ShadowDatabase,
  manager: EntityManager,
): Promise<void> {
  const columns = 'stream, position, event_id, error, attempts, first_failed_at, last_failed_at';
  await run(manager, 'DELETE FROM hub_parked_events WHERE processor = ? RETURNING position', [
    projection,
  ]);
  await run(
    manager,
    `INSERT INTO hub_parked_events (processor, ${columns})
      SELECT CAST(? AS TEXT), ${columns} FROM ${shadow.nameOf('hub_parked_events')} WHERE processor = ?
      RETURNING position`,
    [projection, builder],
  );
}

/** Streams that are parked in a shadow, and not for the projection that serves. */
export async function newlyParkedStreams(
  projection: string,
  builder: string,
  shadow: ShadowDatabase,
  manager: EntityManager,
): Promise<readonly string[]> {
  const rows = await run<{ stream: string }>(
    manager,
    `SELECT stream FROM ${shadow.nameOf('hub_parked_events')} WHERE processor = ?
      EXCEPT SELECT stream FROM hub_parked_events WHERE processor = ?
      ORDER BY stream`,
    [builder, projection],
  );
  return rows.map(({ stream }) => stream);
}
