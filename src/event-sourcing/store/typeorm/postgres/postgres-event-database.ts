import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '../../../context/clock.js';
import type { StoreInstruments } from '../../../instrumentation/instruments.js';
import type { EventDatabase, MigrationClass } from '../event-database.js';
import { MIGRATIONS_TABLE, pendingAmong } from '../migrations-table.js';
import { CreateDeadlinesAndEffects1764000000008 } from '../migrations/create-deadlines-and-effects.migration.js';
import { CreateRebuilds1764000000009 } from '../migrations/create-rebuilds.migration.js';
import { LeaseCheckpoints1764000000005 } from '../migrations/lease-checkpoints.migration.js';
import { NoteAttempts1764000000011 } from '../migrations/note-attempts.migration.js';
import type { ShadowDatabase } from '../shadow-database.js';
import { EventStoreLimits, TypeOrmEventStore } from '../typeorm-event-store.js';
import { AppendOneEvent1764000000007 } from './migrations/append-one-event.migration.js';
import { CreateEventLog1764000000001 } from './migrations/create-event-log.migration.js';
import { CreateSnapshots1764000000003 } from './migrations/create-snapshots.migration.js';
import { NotifyOfAppends1764000000006 } from './migrations/notify-of-appends.migration.js';
import { ReplaceAppendFunction1764000000002 } from './migrations/replace-append-function.migration.js';
import { TellFlightTime1764000000010 } from './migrations/tell-flight-time.migration.js';
import { isAtFault, isConnectionLost, isMistake } from './postgres-errors.js';
import { PostgresEventLog } from './postgres-event-log.js';
import { postgresPool } from './postgres-pool.js';
import { PostgresShadow } from './postgres-shadow.js';
import { PostgresTransactionRunner } from './postgres-transaction-runner.js';
import { PostgresWatch } from './postgres-watch.js';
import { surviveBrokenConnections } from './survive-broken-connections.js';

const LOG_MIGRATIONS = [
  CreateEventLog1764000000001,
  ReplaceAppendFunction1764000000002,
  CreateSnapshots1764000000003,
  LeaseCheckpoints1764000000005,
  NotifyOfAppends1764000000006,
  AppendOneEvent1764000000007,
  CreateDeadlinesAndEffects1764000000008,
  CreateRebuilds1764000000009,
  TellFlightTime1764000000010,
  NoteAttempts1764000000011,
];
/** Any number of our own; the same in every process, so that one migrates while the others wait. */
const MIGRATION_LOCK = 4_871_120_264;

/** The log in a PostgreSQL database, on the connections of the data source given. */
export class PostgresEventDatabase implements EventDatabase {
  private readonly migrations: MigrationClass[] = [];

  private constructor(
    readonly store: TypeOrmEventStore,
    readonly transactions: PostgresTransactionRunner,
    readonly watch: PostgresWatch,
    readonly dataSource: DataSource,
  ) {}

  static async open(
    dataSource: DataSource,
    clock: Clock,
    limits?: EventStoreLimits,
    instruments?: StoreInstruments,
  ): Promise<PostgresEventDatabase> {
    surviveBrokenConnections(dataSource);
    const transactions = new PostgresTransactionRunner(dataSource);
    const log = new PostgresEventLog(dataSource);
    const store = new TypeOrmEventStore(log, clock, limits, instruments);
    const watch = new PostgresWatch(postgresPool(dataSource).options);
    const database = new PostgresEventDatabase(store, transactions, watch, dataSource);
    await database.migrate(LOG_MIGRATIONS);
    return database;
  }

  async migrate(migrations: readonly MigrationClass[]): Promise<void> {
    const source = await new DataSource({
      ...this.dataSource.options,
      entities: [],
      subscribers: [],
      migrations: [...migrations],
      migrationsTableName: MIGRATIONS_TABLE,
      // What the application has TypeORM do at start is not done again, and nothing before the lock is held.
      migrationsRun: false,
      synchronize: false,
      dropSchema: false,
      // One connection holds the lock while the other migrates.
      extra: { ...(this.dataSource.options.extra as object | undefined), max: 2 },
    }).initialize();
    const lock = source.createQueryRunner();
    try {
      await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
      await source.runMigrations({ transaction: 'each' });
      this.migrations.push(...migrations);
    } finally {
      // Closing the connections gives the lock back.
      await source.destroy();
    }
  }

  pendingMigrations(): Promise<readonly string[]> {
    return pendingAmong(this.migrations, this.dataSource);
  }

  openShadow(
    id: string,
    tables: readonly string[],
    manager: EntityManager,
  ): Promise<ShadowDatabase> {
    return PostgresShadow.open(this.dataSource, shadowSchema(id), tables, manager);
  }

  dropShadow(id: string, manager: EntityManager): Promise<void> {
    return PostgresShadow.drop(shadowSchema(id), manager);
  }

  isAtFault(error: unknown): boolean {
    return isAtFault(error);
  }

  isUnreachable(error: unknown): boolean {
    return isConnectionLost(error);
  }

  isMistake(error: unknown): boolean {
    return isMistake(error);
  }

  async close(): Promise<void> {
    await this.watch.stop();
    await this.store.drained();
  }
}

function shadowSchema(id: string): string {
  return `hub_shadow_${id}`;
}
