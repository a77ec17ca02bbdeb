import { DataSource, type DataSourceOptions } from 'typeorm';
import { ConfigurationError } from '../event-sourcing/index.js';
import { describeDatabase, parseDatabaseUrl } from './database-url.js';

/** @throws ConfigurationError that names the database, the reason and the setting, when it cannot be opened. */
export async function openDataSource(options: DataSourceOptions): Promise<DataSource> {
  try {
    return await new DataSource(options).initialize();
  } catch (error) {
    const [name, remedy] =
      options.type === 'postgres'
        ? [
            options.url ?? '',
            'Check that the server runs and takes this user, password and database',
          ]
        : [
            `sqlite:${String(options.database)}`,
            'Check that this process may read and write there',
          ];
    throw new ConfigurationError([
      `The database cannot be opened (${describeDatabase(parseDatabaseUrl(name))}): ${reasonOf(error)}. ` +
        `${remedy}, or set DATABASE_URL.`,
    ]);
  }
}

function reasonOf(error: unknown): string {
  // A host name with several addresses fails with one error for each, and no message of its own.
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
