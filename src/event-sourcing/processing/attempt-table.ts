import type { DataSource, EntityManager } from 'typeorm';
import { run, select } from './portable-sql.js';

const COLUMNS =
  'processor, position, events, attempts, losses, error, first_failed_at, last_failed_at';

/** How an event failed, from the first time to the last. */
export interface AttemptFailure {
  /** Of the last time. */
  readonly error: string;
  readonly firstFailedAt: Date;
  readonly lastFailedAt: Date;
}

/** A try of the events behind a checkpoint. */
export interface Attempt {
  /** Of the last of these events. */
  readonly position: number;
  /** How many they are. */
  readonly events: number;
  /** How often just these have been tried, this time included. */
  readonly attempts: number;
  /** After how many of these tries the process that made them was gone. */
  readonly losses: number;
  /** Undefined when they have not failed before. */
  readonly failure?: AttemptFailure;
}

interface AttemptRow {
  readonly position: number | string;
  readonly events: number;
  readonly attempts: number;
  readonly losses: number;
  readonly error: string | null;
  readonly first_failed_at: Date | string | null;
  readonly last_failed_at: Date | string | null;
}

/**
 * The table `hub_attempts`: at most one row a processor, with the try that was begun last where something had gone wrong.
 * It is changed under the lock of the processor only (see `Checkpoints`).
 */
export class AttemptTable {
  constructor(private readonly source: DataSource) {}

  async read(processor: string): Promise<Attempt | undefined> {
    const sql = `SELECT ${COLUMNS} FROM hub_attempts WHERE processor = ?`;
    const [row] = await select<AttemptRow>(this.source, sql, [processor]);
    return row && attemptOf(row);
  }

  async write(processor: string, attempt: Attempt, manager: EntityManager): Promise<void> {
    const { position, events, attempts, losses, failure } = attempt;
    await run(
      manager,
      `INSERT INTO hub_attempts (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (processor) DO UPDATE
         SET position = excluded.position, events = excluded.events, attempts = excluded.attempts,
             losses = excluded.losses, error = excluded.error, first_failed_at = excluded.first_failed_at,
             last_failed_at = excluded.last_failed_at`,
      [
        ...[processor, position, events, attempts, losses],
        failure?.error ?? null,
        failure?.firstFailedAt.toISOString() ?? null,
        failure?.lastFailedAt.toISOString() ?? null,
      ],
    );
  }

  async remove(processor: string, manager: EntityManager): Promise<void> {
    await run(manager, 'DELETE FROM hub_attempts WHERE processor = ?', [processor]);
  }
}

function attemptOf(row: AttemptRow): Attempt {
  const { position, events, attempts, losses, error, first_failed_at, last_failed_at } = row;
  const hasFailed = error !== null && first_failed_at !== null && last_failed_at !== null;
  return {
    position: Number(position),
    events,
    attempts,
    losses,
    ...(hasFailed && {
      failure: {
        error,
        firstFailedAt: new Date(first_failed_at),
        lastFailedAt: new Date(last_failed_at),
      },
    }),
  };
}
