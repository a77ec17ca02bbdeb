import type { EntityManager } from 'typeorm';

/** Runs work in a database transaction; the one way to write to the database the log lives in. */
export abstract class TransactionRunner {
  /**
   * Commits when `work` resolves, rolls back when it rejects, and passes on what it returned or threw.
   * Use only the given manager inside, and await nothing but the database: on SQLite every other writer waits.
   *
   * @throws StoreUnavailableError when the database cannot be reached or stays locked.
   */
  abstract run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;
}
