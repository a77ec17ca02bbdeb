import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { Instruments } from '../instrumentation/instruments.js';
import type { DatabaseWatch } from '../store/typeorm/database-watch.js';
import type { TransactionRunner } from '../store/typeorm/transaction-runner.js';
import { Checkpoint, CHECKPOINT_COLUMNS, CheckpointRow, checkpointOf } from './checkpoint.js';
import { LEASES_OF_SILENCE } from './checkpoints.js';
import { breakingOffAfter, isPostgres, run } from './portable-sql.js';
import { ProcessIdentity } from './process-identity.js';

const RENEWALS_A_LEASE = 3;

/**
 * The leases of this process: which processors it runs. A lease is good for some seconds by the database's clock and
 * renewed meanwhile. When a process dies it runs out, and another process takes it: on the same machine at once, where the
 * death is sure (see `ProcessIdentity`). One that stops gives it back. Who takes a lease raises its token, and
 * `Checkpoints.advance` refuses whoever comes with an older one.
 */
export class Leases {
  private readonly identity = new ProcessIdentity();
  private readonly owner = this.identity.name;
  private readonly stopping = new AbortController();
  private renewing: Promise<void> | undefined;
  private hasTaken = false;

  constructor(
    private readonly source: DataSource,
    private readonly transactions: TransactionRunner,
    private readonly watch: DatabaseWatch,
    private readonly leaseMs: number,
    private readonly instruments: Pick<Instruments, 'leaseTaken'>,
  ) {}

  /** Begins to renew what is held, if it has not yet. */
  start(): void {
    this.renewing ??= this.keepRenewing();
  }

  isHeld({ owner }: Checkpoint): boolean {
    return owner === this.owner;
  }

  /**
   * @param seen the checkpoint as it was read just now
   * @param first where the checkpoint of a processor stands that has never run
   * @param version of what this process would make; a checkpoint of a higher one is left alone
   * @returns the checkpoint of a processor that this process runs, if need be after taking the lease; otherwise undefined.
   */
  async hold(
    name: string,
    seen: Checkpoint,
    first: () => Promise<number>,
    version = 0,
  ): Promise<Checkpoint | undefined> {
    if (seen.version > version) return undefined;
    if (this.isHeld(seen)) return seen;
    const dead = seen.owner !== null && this.identity.hasEnded(seen.owner) ? seen.owner : null;
    if (seen.leaseLeftMs > 0 && dead === null) return undefined;
    const taken = await this.take(name, await first(), version, dead);
    if (taken) this.instruments.leaseTaken({ processor: name, token: taken.token });
    return taken;
  }

  /** Gives back all leases, so that other processes take them at once. */
  async release(): Promise<void> {
    this.stopping.abort();
    await this.renewing;
    if (!this.hasTaken) return;
    await this.transactions.run(async (manager) => {
      await run(
        manager,
        `UPDATE hub_checkpoints SET owner = NULL, lease_expires_at = 0 WHERE owner = ?
          RETURNING name${this.breakOffWhenSilent()}`,
        [this.owner],
      );
      await this.watch.announce(manager);
    });
  }

  /** Gives back one, as `release` does. */
  async giveBack(name: string): Promise<void> {
    await this.transactions.run(async (manager) => {
      await run(
        manager,
        `UPDATE hub_checkpoints SET owner = NULL, lease_expires_at = 0 WHERE owner = ? AND name = ?
          RETURNING name${this.breakOffWhenSilent()}`,
        [this.owner, name],
      );
      await this.watch.announce(manager);
    });
  }

  /** Takes the lease if it has run out, or is still that of an owner that is dead for sure. */
  private take(
    name: string,
    first: number,
    version: number,
    dead: string | null,
  ): Promise<Checkpoint | undefined> {
    this.hasTaken = true;
    return this.transactions.run(async (manager) => {
      const rows = await run<CheckpointRow>(
        manager,
        `INSERT INTO hub_checkpoints (name, position, owner, token, version, lease_expires_at)
         VALUES (?, ?, ?, 1, ?, {now} + ?)
         ON CONFLICT (name) DO UPDATE
           SET owner = excluded.owner, token = hub_checkpoints.token + 1, lease_expires_at = {now} + ?,
               version = CASE hub_checkpoints.version WHEN 0 THEN excluded.version ELSE hub_checkpoints.version END
         WHERE (hub_checkpoints.lease_expires_at <= {now} OR hub_checkpoints.owner = ?)
           AND hub_checkpoints.version <= excluded.version
         RETURNING ${CHECKPOINT_COLUMNS}${this.breakOffWhenSilent()}`,
        [name, first, this.owner, version, this.leaseMs, this.leaseMs, dead],
      );
      const row = rows.at(0);
      return row && checkpointOf(row);
    });
  }

  private async keepRenewing(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await delay(this.leaseMs / RENEWALS_A_LEASE, undefined, { signal }).catch(() => undefined);
      // While the database is away, leases run out; whoever it comes back to first goes on.
      if (!signal.aborted) await this.renew().catch(() => undefined);
    }
  }

  /** Rows that are locked belong to batches under way, which renew their own lease. */
  private async renew(): Promise<void> {
    const skipping = isPostgres(this.source) ? 'FOR UPDATE SKIP LOCKED' : '';
    await this.transactions.run((manager) =>
      run(
        manager,
        `UPDATE hub_checkpoints SET lease_expires_at = {now} + ?
          WHERE name IN (SELECT name FROM hub_checkpoints WHERE owner = ? ${skipping})
          RETURNING name${this.breakOffWhenSilent()}`,
        [this.leaseMs, this.owner],
      ),
    );
  }

  /** Whoever stands still while it renews, and never comes back, must not keep others from taking over. */
  private breakOffWhenSilent(): string {
    return breakingOffAfter(this.leaseMs * LEASES_OF_SILENCE, this.source);
  }
}
