import type { DataSource, EntityManager } from 'typeorm';
import type { TransactionRunner } from './transaction-runner.js';

/** A column of a table, and how two values of it are compared. */
export interface ComparableColumn {
  readonly name: string;
  /** SQL of a value that `=` and `EXCEPT` can compare. */
  readonly comparable: string;
}

/**
 * Some tables of the database a second time, empty at first, where the same SQL finds them by the same names: what is
 * written here leaves the tables themselves, which serve meanwhile, as they are. It has checkpoints and parked events of
 * its own, so that processors run in it as they do in the database. It survives crashes; several processes may have it
 * open.
 */
export interface ShadowDatabase {
  /** For reading. */
  readonly dataSource: DataSource;
  readonly transactions: TransactionRunner;

  /** Under which name the transactions of `replacing` and `comparing` see its copy of a table. */
  nameOf(table: string): string;

  /**
   * Runs `work` in a transaction that writes to the tables themselves and reads what is committed here. What is written
   * here meanwhile can be read as soon as it is committed, up to the first time that `work` reads here.
   */
  replacing<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;

  /**
   * Runs `work`, which writes nothing, where what a processor keeps stands still, checkpoint included; otherwise as
   * `replacing`.
   *
   * @param lock holds the processor's checkpoint until the transaction ends; called where others could move it
   */
  comparing<T>(
    lock: (manager: EntityManager) => Promise<void>,
    work: (manager: EntityManager) => Promise<T>,
  ): Promise<T>;

  /** Adds its rows of a table to the table itself, in the transaction of `replacing`. */
  copyRows(table: string, manager: EntityManager): Promise<void>;

  /** The columns that are written, not computed, in the order of the table. */
  columnsOf(table: string, manager: EntityManager): Promise<readonly ComparableColumn[]>;

  /** Closes what this process has open of it. */
  close(): Promise<void>;
}
