import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { SystemClock } from '../../src/event-sourcing/context/clock.js';
import { sqliteDriver } from '../../src/event-sourcing/store/typeorm/sqlite/sqlite-driver.js';
import {
  type EventDatabase,
  openEventDatabase,
} from '../../src/event-sourcing/store/typeorm/event-database.js';

import type { EventStoreLimits } from '../../src/event-sourcing/store/typeorm/typeorm-event-store.js';

/** An empty database of one kind, for one test or one file of tests. */
export interface TestDatabase {
  /** As DATABASE_URL takes it. */
  readonly url: string;
  readonly options: DataSourceOptions;
  /** Where servers on it put mail: a directory that is there when there is some. */
  readonly outbox: string;
  drop(): Promise<void>;
}

export type DatabaseKind = 'sqlite' | 'postgres';
export const DATABASE_KINDS: readonly DatabaseKind[] = ['sqlite', 'postgres'];

export function createDatabase(kind: DatabaseKind): Promise<TestDatabase> {
  return kind === 'sqlite' ? createSqliteFile() : createPostgresDatabase();
}

export interface OpenDatabase extends EventDatabase {
  readonly dataSource: DataSource;
}

/** A connection to a test database, as one process would open it; several may be open at once. */
export async function openDatabase(
  database: TestDatabase,
  options: Partial<DataSourceOptions> = {},
  limits?: EventStoreLimits,
): Promise<OpenDatabase> {
  const dataSource = await new DataSource({
    ...database.options,
    ...options,
  } as DataSourceOptions).initialize();
  const opened = await openEventDatabase(dataSource, new SystemClock(), limits);
  return {
    dataSource,
    store: opened.store,
    transactions: opened.transactions,
    watch: opened.watch,
    isAtFault: (error) => opened.isAtFault(error),
    isUnreachable: (error) => opened.isUnreachable(error),
    isMistake: (error) => opened.isMistake(error),
    migrate: (migrations) => opened.migrate(migrations),
    pendingMigrations: () => opened.pendingMigrations(),
    openShadow: (...of) => opened.openShadow(...of),
    dropShadow: (...of) => opened.dropShadow(...of),
    close: async () => {
      await opened.close();
      await dataSource.destroy();
    },
  };
}

async function createSqliteFile(): Promise<TestDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'hindsight-sqlite-'));
  const database = join(directory, 'hub.sqlite');
  return {
    url: `sqlite:${database}`,
    options: { type: 'better-sqlite3', driver: sqliteDriver(), database },
    outbox: join(directory, 'outbox'),
    drop: () => rm(directory, { recursive: true, force: true }),
  };
}

async function createPostgresDatabase(): Promise<TestDatabase> {
  const server = process.env.TEST_POSTGRES_URL;
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer((client) => client.query(`CREATE DATABASE ${name} STRATEGY FILE_COPY`));
  const url = `${server}/${name}`;
  const outbox = join(tmpdir(), `hindsight-outbox-${name}`);
  return {
    url,
    options: { type: 'postgres', url, extra: { max: 10 } },
    outbox,
    drop: async () => {
      await administer((client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
      await rm(outbox, { recursive: true, force: true });
    },
  };
}

async function administer(work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: `${process.env.TEST_POSTGRES_URL}/postgres` });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
