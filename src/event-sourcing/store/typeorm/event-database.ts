import type { DataSource, EntityManager, MigrationInterface } from 'typeorm';
import { Clock } from '../../context/clock.js';
import { ConfigurationError } from '../../errors/event-sourcing.error.js';
import { DatabaseWatch } from './database-watch.js';
import type { StoreInstruments } from '../../instrumentation/instruments.js';
import { PostgresEventDatabase } from './postgres/postgres-event-database.js';
import type { ShadowDatabase } from './shadow-database.js';
import { SqliteEventDatabase } from './sqlite/sqlite-event-database.js';
import { TransactionRunner } from './transaction-runner.js';
import { EventStoreLimits, TypeOrmEventStore } from './typeorm-event-store.js';

/** A migration class, as TypeORM takes it. */
export type MigrationClass = new () => MigrationInterface;

/** A database that holds the log, open and migrated, with the two ways to write to it. */
export interface EventDatabase {
  readonly store: TypeOrmEventStore;
  /** For reading; on SQLite it cannot write. */
  readonly dataSource: DataSource;
  readonly transactions: TransactionRunner;
  readonly watch: DatabaseWatch;
  /** Runs those that have not been run. Several processes may call it at once: one runs them, the others wait. */
  migrate(migrations: readonly MigrationClass[]): Promise<void>;
  /** Which of the migrations this process knows the database has not seen: none, unless it was replaced meanwhile. */
  pendingMigrations(): Promise<readonly string[]>;
  /**
   * Opens the shadow of some tables, and makes it if it is not there. The transaction of `manager` must keep others from
   * making or dropping it.
   *
   * @param id letters and digits, the same in every process that opens it
   */
  openShadow(
    id: string,
    tables: readonly string[],
    manager: EntityManager,
  ): Promise<ShadowDatabase>;
  /** Removes a shadow, if it is there. */
  dropShadow(id: string, manager: EntityManager): Promise<void>;
  /**
   * Whether an error means that the database is at fault, for whatever statement, and may be well again later: it cannot be
   * reached, shuts down, has no room, takes no writes, gives no lock in time, or has withdrawn a permission.
   */
  isAtFault(error: unknown): boolean;
  /**
   * Whether an error may mean that the database cannot be reached. So may that of another system's socket: to be asked where
   * nobody speaks to anything but the database.
   */
  isUnreachable(error: unknown): boolean;
  /**
   * Whether an error means that a statement is at fault, whatever its values are: it names a table, a column or a function
   * that is not there, or is not SQL. Another version of the program sets that right, or a migration.
   */
  isMistake(error: unknown): boolean;
  /** Waits for what is under way, then closes what this opened; the data source given stays open. */
  close(): Promise<void>;
}

/**
 * Opens the log in the database of `dataSource` and creates or updates its tables.
 *
 * On SQLite this opens a second connection for writing and makes the given one read-only: TypeORM shares one
 * connection among all query runners, and a rollback on it would undo the committed work of others.
 *
 * @throws ConfigurationError when the data source is of another kind, or of a kind that cannot hold a log.
 */
export async function openEventDatabase(
  dataSource: DataSource,
  clock: Clock,
  limits?: EventStoreLimits,
  instruments?: StoreInstruments,
): Promise<EventDatabase> {
  switch (dataSource.options.type) {
    case 'better-sqlite3':
      return SqliteEventDatabase.open(dataSource, clock, limits, instruments);
    case 'postgres':
      return PostgresEventDatabase.open(dataSource, clock, limits, instruments);
    default:
      throw new ConfigurationError([
        `The event store runs on 'better-sqlite3' or 'postgres', and the data source is ` +
          `'${dataSource.options.type}'. Set type in TypeOrmModule.forRoot({ type: … }).`,
      ]);
  }
}
