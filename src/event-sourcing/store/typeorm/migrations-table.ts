import type { DataSource } from 'typeorm';
import type { MigrationClass } from './event-database.js';

/** Where the migrations of the kit and of its features are recorded; apart from the application's own. */
export const MIGRATIONS_TABLE = 'hub_migrations';

/** The names of those migrations that the database does not record as run. */
export async function pendingAmong(
  migrations: readonly MigrationClass[],
  dataSource: DataSource,
): Promise<readonly string[]> {
  const rows = await dataSource.query<{ name: string }[]>(`SELECT name FROM ${MIGRATIONS_TABLE}`);
  const run = new Set(rows.map(({ name }) => name));
  return migrations
    .map((migration) => new migration().name ?? migration.name)
    .filter((name) => !run.has(name));
}
