import { setTimeout as delay } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import type { WrittenFlight } from '../store/typeorm/flight-work.js';
import { isPostgres, run, type SqlParameter } from './portable-sql.js';
import { Processor } from './processor.js';

/**
 * Whoever renews a lease, pauses a processor or retries an event holds the checkpoint for less; whoever has more to do, as
 * a rebuild or a verification has, is not waited for.
 */
const LONGEST_WAIT_MS = 500;
const LOOK_MS = 2;

/**
 * Moves the checkpoint of a processor to the end of a flight, in the flight's transaction, and holds it until that ends.
 * It moves if what the processor keeps is of its version, it is not paused, and nothing that it wants stands between the
 * checkpoint and the flight; the lock of the log, which the flight has, keeps it so.
 *
 * A checkpoint that stands elsewhere is not waited for, and one that somebody else holds for a moment only: with the
 * flight, every append in every process would wait. So a flight waits for no lock that belongs to a processor, and there
 * is nothing in which the two could be deadlocked.
 *
 * @param mostParked how many events may be parked already
 * @returns how many events are parked; undefined when it did not move, and the processor's loop is to handle the flight.
 */
export async function advanceInline(
  { name, version, eventTypes }: Processor,
  { first, last }: WrittenFlight,
  mostParked: number,
  manager: EntityManager,
): Promise<number | undefined> {
  const isInPostgres = isPostgres(manager.dataSource);
  const parameters: SqlParameter[] = [name, version, first, mostParked, ...eventTypes, first];
  // The inner select is a scalar one: if PostgreSQL finds the row changed, it is evaluated again on the row as it is.
  const standsBefore = `
    SELECT c.name FROM hub_checkpoints c
     WHERE c.name = ? AND c.version = ? AND c.position < ? AND c.paused = 0
       AND (c.parked = 0 OR c.parked <= ?)
       AND (SELECT count(*) FROM (
             SELECT 1 FROM hub_events e
              WHERE e.type IN (${eventTypes.map(() => '?').join(', ')})
                AND e.position > c.position AND e.position < ?
              LIMIT 1) missed) = 0`;
  const advance = `
    UPDATE hub_checkpoints SET position = ?, updated_at = CURRENT_TIMESTAMP
     WHERE name IN (${standsBefore} ${isInPostgres ? 'FOR UPDATE SKIP LOCKED' : ''})
    RETURNING parked`;
  const givesUpAt = performance.now() + LONGEST_WAIT_MS;
  for (;;) {
    const moved = await run<{ parked: number | string }>(manager, advance, [last, ...parameters]);
    if (moved.length > 0) return Number(moved[0].parked);
    // On SQLite nobody else has a lock.
    const isHeld = isInPostgres && (await run(manager, standsBefore, parameters)).length > 0;
    if (!isHeld || performance.now() > givesUpAt) return undefined;
    await delay(LOOK_MS);
  }
}
