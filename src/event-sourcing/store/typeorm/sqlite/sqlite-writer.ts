import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from 'better-sqlite3';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { TransactionRunner } from '../transaction-runner.js';
import { forgetQueryRunner, sqliteHandle } from './sqlite-handle.js';
import { whenUnlocked } from './when-unlocked.js';

/** A statement that changes nothing, and takes the write lock of the file. */
const TAKE_WRITE_LOCK = 'UPDATE hub_checkpoints SET position = position WHERE 0';

/**
 * The one way in which this process writes to its SQLite file. TypeORM shares one connection among all query runners,
 * so two transactions at once would become one, and a rollback of either would undo both: work is therefore done one
 * after the other, on a connection nobody else can reach.
 *
 * Other processes hold the file's write lock now and then. It is waited for without blocking the event loop, which also
 * has a turn before every transaction.
 */
export class SqliteWriter extends TransactionRunner {
  private last: Promise<unknown> = Promise.resolve();
  private readonly database: Database;

  constructor(private readonly dataSource: DataSource) {
    super();
    this.database = sqliteHandle(dataSource);
    // Not the driver's own waiting: it blocks the event loop.
    this.database.pragma('busy_timeout = 0');
  }

  override run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.alone(() => this.transaction(work));
  }

  /** As `run`, with another file attached under a name, for reading. */
  runAttached<T>(
    file: string,
    name: string,
    work: (manager: EntityManager) => Promise<T>,
  ): Promise<T> {
    return this.alone(async () => {
      this.database.prepare(`ATTACH ? AS ${name}`).run(file);
      try {
        return await this.transaction(work);
      } finally {
        this.database.exec(`DETACH ${name}`);
      }
    });
  }

  /** A transaction without a turn of the event loop inside, straight on the driver: the path of an append. */
  runSync<T>(work: (database: Database) => T): Promise<T> {
    return this.alone(async () => {
      await whenUnlocked(() => this.database.exec('BEGIN IMMEDIATE'));
      try {
        const result = work(this.database);
        this.database.exec('COMMIT');
        return result;
      } catch (error) {
        this.rollBack();
        throw error;
      }
    });
  }

  /** Resolves when everything that was asked for until now is done. */
  async idle(): Promise<void> {
    await this.last;
  }

  private async transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    // Nothing that is awaited here waits for anything: whoever writes one transaction after the other, as a processor that
    // catches up, would hold up timers and requests until it is done.
    await nextTurn();
    const runner = this.dataSource.createQueryRunner();
    await whenUnlocked(() => this.startWriting(runner));
    try {
      const result = await work(runner.manager);
      await runner.commitTransaction();
      return result;
    } catch (error) {
      this.rollBack();
      // TypeORM has not heard of it, nor of a rollback by SQLite itself, as when the disk is full.
      forgetQueryRunner(this.dataSource);
      throw error;
    }
  }

  private alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.catch(() => undefined);
    return result;
  }

  private rollBack(): void {
    if (this.database.inTransaction) this.database.exec('ROLLBACK');
  }

  /** TypeORM begins its transactions without a lock, and one that reads first could fail when it comes to write. */
  private async startWriting(runner: QueryRunner): Promise<void> {
    await runner.startTransaction();
    try {
      await runner.query(TAKE_WRITE_LOCK);
    } catch (error) {
      await runner.rollbackTransaction();
      throw error;
    }
  }
}
