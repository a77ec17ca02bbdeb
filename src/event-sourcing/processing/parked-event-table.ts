import type { DataSource, EntityManager } from 'typeorm';
import type { RecordedEvent } from '../store/recorded-event.js';
import type { AttemptFailure } from './attempt-table.js';
import { ParkedEvent } from './parked-event.js';
import { run, select, SqlParameter } from './portable-sql.js';

const COLUMNS =
  'processor, stream, position, event_id, error, attempts, first_failed_at, last_failed_at';

/** How an event failed that is to be parked, and how often it was tried. */
export interface EventFailure extends AttemptFailure {
  readonly attempts: number;
}

interface ParkedRow {
  readonly processor: string;
  readonly stream: string;
  readonly position: number | string;
  readonly event_id: string;
  readonly error: string | null;
  readonly attempts: number;
  readonly first_failed_at: Date | string | null;
  readonly last_failed_at: Date | string | null;
}

/** Which of the parked events to read. */
export interface ParkedEventFilter {
  readonly processor?: string;
  readonly stream?: string;
  /** Only those at a higher position. @default 0 */
  readonly after?: number;
  /** With `after`, also those at that very position whose processor's name comes after this one: for pages of all. */
  readonly afterProcessor?: string;
  /** At most so many. @default 100 */
  readonly limit?: number;
}

/** The table `hub_parked_events`. It is changed under the lock of the processor only (see `Checkpoints`). */
export class ParkedEventTable {
  constructor(private readonly source: DataSource) {}

  /** In the order of positions. */
  async find(filter: ParkedEventFilter): Promise<readonly ParkedEvent[]> {
    const { processor, stream, after = 0, afterProcessor, limit = 100 } = filter;
    const conditions: [sql: string, ...values: SqlParameter[]][] = [
      afterProcessor === undefined
        ? ['position > ?', after]
        : ['(position > ? OR (position = ? AND processor > ?))', after, after, afterProcessor],
    ];
    if (processor !== undefined) conditions.push(['processor = ?', processor]);
    if (stream !== undefined) conditions.push(['stream = ?', stream]);
    const rows = await select<ParkedRow>(
      this.source,
      `SELECT ${COLUMNS} FROM hub_parked_events WHERE ${conditions.map(([sql]) => sql).join(' AND ')}
        ORDER BY position, processor LIMIT ?`,
      [...conditions.flatMap(([, ...values]) => values), limit],
    );
    return rows.map(parkedEventOf);
  }

  async count(processor: string, stream: string): Promise<number> {
    const sql =
      'SELECT count(*) AS parked FROM hub_parked_events WHERE processor = ? AND stream = ?';
    const [row] = await select<{ parked: number | string }>(this.source, sql, [processor, stream]);
    return Number(row.parked);
  }

  /** Which of the streams have parked events. */
  async streamsAmong(
    streams: readonly string[],
    processor: string,
    manager?: EntityManager,
  ): Promise<ReadonlySet<string>> {
    const unique = [...new Set(streams)];
    const sql = `SELECT DISTINCT stream FROM hub_parked_events
        WHERE processor = ? AND stream IN (${unique.map(() => '?').join(', ')})`;
    const parameters = [processor, ...unique];
    const rows = manager
      ? await run<{ stream: string }>(manager, sql, parameters)
      : await select<{ stream: string }>(this.source, sql, parameters);
    return new Set(rows.map(({ stream }) => stream));
  }

  /**
   * @param failure of the event; none for events that wait behind another
   * @returns how many were not parked before
   */
  async add(
    processor: string,
    events: readonly RecordedEvent[],
    failure: EventFailure | undefined,
    manager: EntityManager,
  ): Promise<number> {
    const rows = await run(
      manager,
      `INSERT INTO hub_parked_events (${COLUMNS})
       VALUES ${events.map(() => '(?, ?, ?, ?, ?, ?, ?, ?)').join(', ')}
       ON CONFLICT DO NOTHING RETURNING position`,
      events.flatMap(({ stream, position, id }) => [
        processor,
        stream,
        position,
        id,
        failure?.error ?? null,
        failure?.attempts ?? 0,
        failure?.firstFailedAt.toISOString() ?? null,
        failure?.lastFailedAt.toISOString() ?? null,
      ]),
    );
    return rows.length;
  }

  /** @returns false when it is not parked any more. */
  async remove({ processor, position }: ParkedEvent, manager: EntityManager): Promise<boolean> {
    const rows = await run(
      manager,
      'DELETE FROM hub_parked_events WHERE processor = ? AND position = ? RETURNING position',
      [processor, position],
    );
    return rows.length === 1;
  }

  /** @returns how many were parked behind a position, and are no longer. */
  async removeAfter(processor: string, position: number, manager: EntityManager): Promise<number> {
    const rows = await run(
      manager,
      'DELETE FROM hub_parked_events WHERE processor = ? AND position > ? RETURNING position',
      [processor, position],
    );
    return rows.length;
  }

  async recordFailure(
    { processor, position }: ParkedEvent,
    error: string,
    at: Date,
    manager: EntityManager,
  ): Promise<void> {
    await run(
      manager,
      `UPDATE hub_parked_events
          SET error = ?, attempts = attempts + 1, first_failed_at = coalesce(first_failed_at, ?), last_failed_at = ?
        WHERE processor = ? AND position = ?`,
      [error, at.toISOString(), at.toISOString(), processor, position],
    );
  }
}

function parkedEventOf(row: ParkedRow): ParkedEvent {
  return {
    processor: row.processor,
    stream: row.stream,
    position: Number(row.position),
    eventId: row.event_id,
    error: row.error ?? undefined,
    attempts: row.attempts,
    firstFailedAt: row.first_failed_at === null ? undefined : new Date(row.first_failed_at),
    lastFailedAt: row.last_failed_at === null ? undefined : new Date(row.last_failed_at),
  };
}
