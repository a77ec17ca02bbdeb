import type { DataSource, EntityManager } from 'typeorm';
import { Checkpoint, CHECKPOINT_COLUMNS, CheckpointRow, checkpointOf } from './checkpoint.js';
import { breakingOffAfter, run, select } from './portable-sql.js';

/** For how many leases a transaction may be silent. */
export const LEASES_OF_SILENCE = 2;
const TABLE = 'hub_checkpoints';

/**
 * The table `hub_checkpoints`. Whoever changes what belongs to a processor (its effects, its parked events) does so in
 * a transaction that begins with `advance` or `lock`: both hold the processor's row until it ends, so that such
 * transactions come one after the other, of whatever process they are.
 */
export class Checkpoints {
  constructor(
    private readonly source: DataSource,
    private readonly leaseMs: number,
  ) {}

  /** As it is committed or, with a manager, as its transaction sees it, in the table of that name. */
  async read(name: string, manager?: EntityManager, table = TABLE): Promise<Checkpoint> {
    const sql = `SELECT ${CHECKPOINT_COLUMNS} FROM ${table} WHERE name = ?`;
    const rows = manager
      ? await run<CheckpointRow>(manager, sql, [name])
      : await select<CheckpointRow>(this.source, sql, [name]);
    return checkpointOf(rows.at(0));
  }

  /**
   * Moves a checkpoint if it still stands where it was seen, and nobody has taken the lease since: a process that stood
   * still meanwhile writes nothing. Renews the lease.
   *
   * @param evenIfPaused otherwise a pause that began after the checkpoint was seen is kept, too
   * @returns how many events are parked; undefined when it did not move, and the transaction must be rolled back.
   */
  async advance(
    name: string,
    { position, token }: Pick<Checkpoint, 'position' | 'token'>,
    to: number,
    manager: EntityManager,
    evenIfPaused = false,
  ): Promise<number | undefined> {
    const rows = await run<{ parked: number | string }>(
      manager,
      `UPDATE hub_checkpoints
          SET position = ?, updated_at = CURRENT_TIMESTAMP, lease_expires_at = {now} + ?
        WHERE name = ? AND position = ? AND token = ? ${evenIfPaused ? '' : 'AND paused = 0'}
        RETURNING parked${this.breakOffWhenSilent()}`,
      [to, this.leaseMs, name, position, token],
    );
    const row = rows.at(0);
    return row && Number(row.parked);
  }

  /** Keeps a lease that is held from running out at the end of a transaction that took long. */
  async renew(name: string, manager: EntityManager): Promise<void> {
    const sql = 'UPDATE hub_checkpoints SET lease_expires_at = {now} + ? WHERE name = ?';
    await run(manager, sql, [this.leaseMs, name]);
  }

  /** Holds everything that would change what belongs to the processor until the transaction ends. */
  async lock(name: string, manager: EntityManager): Promise<void> {
    await run(
      manager,
      `UPDATE hub_checkpoints SET updated_at = CURRENT_TIMESTAMP WHERE name = ?
        RETURNING parked${this.breakOffWhenSilent()}`,
      [name],
    );
  }

  /** Counts events that were parked (or, below zero, no longer are); under the lock. */
  async countParked(name: string, more: number, manager: EntityManager): Promise<void> {
    const sql = 'UPDATE hub_checkpoints SET parked = parked + ? WHERE name = ?';
    await run(manager, sql, [more, name]);
  }

  /**
   * Says that what the processor keeps was made anew; under the lock. Whoever had the lease has it no more, and what an
   * earlier owner has yet to write is refused.
   */
  async replaced(
    name: string,
    { version, parked, position }: Pick<Checkpoint, 'version' | 'parked' | 'position'>,
    manager: EntityManager,
  ): Promise<void> {
    await run(
      manager,
      `UPDATE hub_checkpoints
          SET version = ?, parked = ?, position = ?, token = token + 1, owner = NULL, lease_expires_at = 0
        WHERE name = ? RETURNING name`,
      [version, parked, position, name],
    );
  }

  /**
   * When the transaction is committed, no batch is under way, and from then on none is begun or, again, some may be.
   *
   * @param first where the checkpoint of a processor stands that has never run: there it begins after the pause
   */
  async setPaused(
    name: string,
    isPaused: boolean,
    first: number,
    manager: EntityManager,
  ): Promise<void> {
    await run(
      manager,
      `INSERT INTO hub_checkpoints (name, position, paused) VALUES (?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET paused = excluded.paused
        RETURNING paused${this.breakOffWhenSilent()}`,
      [name, first, isPaused ? 1 : 0],
    );
  }

  private breakOffWhenSilent(): string {
    return breakingOffAfter(this.leaseMs * LEASES_OF_SILENCE, this.source);
  }
}
