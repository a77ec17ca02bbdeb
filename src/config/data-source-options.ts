import type { DataSourceOptions } from 'typeorm';
import { sqliteDriver } from '../event-sourcing/index.js';
import type { DatabaseUrl } from './database-url.js';

const POSTGRES_CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 5_000;

/** How TypeORM reaches the database. The schema comes from migrations only, so nothing here may synchronise it. */
export function dataSourceOptions(database: DatabaseUrl): DataSourceOptions {
  return database.kind === 'sqlite'
    ? { type: 'better-sqlite3', driver: sqliteDriver(), database: database.path }
    : {
        type: 'postgres',
        url: database.url,
        applicationName: 'hindsight',
        poolSize: POSTGRES_CONNECTIONS,
        connectTimeoutMS: CONNECT_TIMEOUT_MS,
      };
}
