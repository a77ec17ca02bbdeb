import type { Database } from 'better-sqlite3';
import { DataSource, type DataSourceOptions, type EntityManager } from 'typeorm';
import { Clock } from '../../../context/clock.js';
import { ConfigurationError } from '../../../errors/event-sourcing.error.js';
import type { StoreInstruments } from '../../../instrumentation/instruments.js';
import type { EventDatabase, MigrationClass } from '../event-database.js';
import { MIGRATIONS_TABLE, pendingAmong } from '../migrations-table.js';
import { CreateDeadlinesAndEffects1764000000008 } from '../migrations/create-deadlines-and-effects.migration.js';
import { CreateRebuilds1764000000009 } from '../migrations/create-rebuilds.migration.js';
import { LeaseCheckpoints1764000000005 } from '../migrations/lease-checkpoints.migration.js';
import { NoteAttempts1764000000011 } from '../migrations/note-attempts.migration.js';
import type { ShadowDatabase } from '../shadow-database.js';
import { EventStoreLimits, TypeOrmEventStore } from '../typeorm-event-store.js';
import { CreateEventLog1764000000001 } from './migrations/create-event-log.migration.js';
import { CreateSnapshots1764000000003 } from './migrations/create-snapshots.migration.js';
import { SqliteEventLog } from './sqlite-event-log.js';
import { sqliteDriver } from './sqlite-driver.js';
import { isAtFault, isMistake, sqliteHandle } from './sqlite-handle.js';
import { SqliteShadow } from './sqlite-shadow.js';
import { SqliteWatch } from './sqlite-watch.js';
import { SqliteWriter } from './sqlite-writer.js';
import { whenUnlocked } from './when-unlocked.js';

const LOG_MIGRATIONS = [
  CreateEventLog1764000000001,
  CreateSnapshots1764000000003,
  LeaseCheckpoints1764000000005,
  CreateDeadlinesAndEffects1764000000008,
  CreateRebuilds1764000000009,
  NoteAttempts1764000000011,
];
/** The most SQLite can map. */
const MAX_MAPPED_BYTES = 0x7fff0000;
const BOOT_LOCK_TIMEOUT_MS = 30_000;

/** A SQLite file with one connection to write and one to read. */
export class SqliteEventDatabase implements EventDatabase {
  private readonly migrations: MigrationClass[] = [...LOG_MIGRATIONS];

  private constructor(
    readonly store: TypeOrmEventStore,
    readonly transactions: SqliteWriter,
    readonly watch: SqliteWatch,
    readonly dataSource: DataSource,
    private readonly writeSource: DataSource,
  ) {}

  static async open(
    readSource: DataSource,
    clock: Clock,
    limits?: EventStoreLimits,
    instruments?: StoreInstruments,
  ): Promise<SqliteEventDatabase> {
    assertFile(readSource.options.database);
    await migrate(readSource, LOG_MIGRATIONS);
    const writeSource = await connectToWrite(readSource, { entities: readSource.options.entities });
    prepareReader(sqliteHandle(readSource));
    const writer = new SqliteWriter(writeSource);
    const log = new SqliteEventLog(writer, readSource);
    const store = new TypeOrmEventStore(log, clock, limits, instruments);
    const watch = new SqliteWatch(sqliteHandle(readSource));
    return new SqliteEventDatabase(store, writer, watch, readSource, writeSource);
  }

  async migrate(migrations: readonly MigrationClass[]): Promise<void> {
    await migrate(this.writeSource, migrations);
    this.migrations.push(...migrations);
  }

  pendingMigrations(): Promise<readonly string[]> {
    return pendingAmong(this.migrations, this.dataSource);
  }

  openShadow(
    id: string,
    tables: readonly string[],
    manager: EntityManager,
  ): Promise<ShadowDatabase> {
    const file = this.shadowFile(id);
    return SqliteShadow.open(this.transactions, this.dataSource, file, tables, manager);
  }

  dropShadow(id: string): Promise<void> {
    return SqliteShadow.drop(this.shadowFile(id));
  }

  isAtFault(error: unknown): boolean {
    return isAtFault(error);
  }

  /** A file has no connection to lose. */
  isUnreachable(): boolean {
    return false;
  }

  isMistake(error: unknown): boolean {
    return isMistake(error);
  }

  async close(): Promise<void> {
    await this.watch.stop();
    await this.store.drained();
    await this.transactions.idle();
    await this.writeSource.destroy();
  }

  private shadowFile(id: string): string {
    return `${this.dataSource.options.database as string}-shadow-${id}`;
  }
}

function assertFile(database: unknown): void {
  if (database === ':memory:' || database === '') {
    throw new ConfigurationError([
      'The event store needs a SQLite file: it writes and reads through two connections, and a database ' +
        "in memory has only one. Set database: 'data/hub.sqlite', or store: 'memory' for a test.",
    ]);
  }
}

/**
 * Whoever migrates holds the write lock throughout, so that of several starting processes one migrates and the others
 * find it done. It relies on what is a trap elsewhere: every query runner of a data source is in this transaction.
 */
async function migrate(like: DataSource, migrations: readonly MigrationClass[]): Promise<void> {
  const source = await connectToWrite(like, { migrations: [...migrations] });
  try {
    sqliteHandle(source).pragma('busy_timeout = 0');
    await whenUnlocked(() => source.query('BEGIN IMMEDIATE'));
    await source.runMigrations({ transaction: 'none' });
    await source.query('COMMIT');
  } finally {
    await source.destroy();
  }
}

function connectToWrite(
  like: DataSource,
  options: Pick<DataSourceOptions, 'entities' | 'migrations'>,
): Promise<DataSource> {
  return new DataSource({
    type: 'better-sqlite3',
    database: like.options.database as string,
    driver: sqliteDriver(),
    timeout: BOOT_LOCK_TIMEOUT_MS,
    migrationsTableName: MIGRATIONS_TABLE,
    prepareDatabase: makeDurable,
    ...options,
  }).initialize();
}

/** Readers beside the writer, and a commit that is on the disk when it returns. */
function makeDurable(database: Database): void {
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
}

/** It writes nothing, and sees the file in memory as the system caches it: a page costs no call and no copy. */
function prepareReader(database: Database): void {
  database.pragma('query_only = ON');
  database.pragma(`mmap_size = ${MAX_MAPPED_BYTES}`);
}
