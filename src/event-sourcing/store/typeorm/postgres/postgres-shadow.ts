import { DataSource, type EntityManager } from 'typeorm';
import { ConfigurationError } from '../../../errors/event-sourcing.error.js';
import type { ComparableColumn, ShadowDatabase } from '../shadow-database.js';
import { PostgresTransactionRunner } from './postgres-transaction-runner.js';
import { surviveBrokenConnections } from './survive-broken-connections.js';

const CONNECTIONS = 3;
/** Types without an operator for equality. */
const COMPARED_AS_TEXT = new Set(['json', 'xml', 'point', 'polygon']);

/**
 * Tables in a schema of their own. The connections of a shadow search there and nowhere else: what is not in it, a
 * projection does not keep, and must not touch. A commit need not be on the disk at once: after a crash it may be
 * missing, with its checkpoint.
 */
export class PostgresShadow implements ShadowDatabase {
  readonly transactions: PostgresTransactionRunner;

  private constructor(
    private readonly live: PostgresTransactionRunner,
    readonly dataSource: DataSource,
    private readonly schema: string,
  ) {
    this.transactions = new PostgresTransactionRunner(dataSource);
  }

  /** Its tables are made with the transaction of `manager`, unless they are there. */
  static async open(
    liveSource: DataSource,
    schema: string,
    tables: readonly string[],
    manager: EntityManager,
  ): Promise<PostgresShadow> {
    await assertMayCreateSchemas(manager);
    await manager.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    for (const table of tables) {
      await manager.query(
        `CREATE TABLE IF NOT EXISTS ${schema}."${table}" (LIKE "${table}" INCLUDING ALL)`,
      );
    }
    const { extra } = liveSource.options as { readonly extra?: { readonly options?: string } };
    const options = `${extra?.options ?? ''} -c search_path=${schema} -c synchronous_commit=off`;
    const dataSource = new DataSource({
      ...liveSource.options,
      migrations: [],
      subscribers: [],
      migrationsRun: false,
      synchronize: false,
      dropSchema: false,
      extra: { ...extra, max: CONNECTIONS, options },
    });
    await connect(dataSource, schema);
    return new PostgresShadow(new PostgresTransactionRunner(liveSource), dataSource, schema);
  }

  static async drop(schema: string, manager: EntityManager): Promise<void> {
    await manager.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  }

  nameOf(table: string): string {
    return `${this.schema}."${table}"`;
  }

  replacing<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.inTime(work);
  }

  comparing<T>(
    lock: (manager: EntityManager) => Promise<void>,
    work: (manager: EntityManager) => Promise<T>,
  ): Promise<T> {
    return this.inTime(async (manager) => {
      await lock(manager);
      return work(manager);
    });
  }

  async copyRows(table: string, manager: EntityManager): Promise<void> {
    const columns = (await this.columnsOf(table, manager))
      .map(({ name }) => `"${name}"`)
      .join(', ');
    await manager.query(
      `INSERT INTO "${table}" (${columns}) OVERRIDING SYSTEM VALUE
        SELECT ${columns} FROM ${this.nameOf(table)}`,
    );
    await this.raiseIdentities(table, manager);
  }

  /** The numbers of rows to come are above those of the copy. */
  private async raiseIdentities(table: string, manager: EntityManager): Promise<void> {
    const sequences = await manager.query<{ own: string; copy: string }[]>(
      `SELECT pg_get_serial_sequence($1, attname) AS own, pg_get_serial_sequence($2, attname) AS copy
         FROM pg_attribute WHERE attrelid = $1::text::regclass AND attidentity <> '' AND NOT attisdropped`,
      [`"${table}"`, this.nameOf(table)],
    );
    for (const { own, copy } of sequences) {
      // Never lower: no rollback takes that back.
      await manager.query(
        `SELECT setval($1, greatest(own.last_value, copy.last_value)) FROM ${own} own, ${copy} copy
          WHERE copy.is_called`,
        [own],
      );
    }
  }

  async columnsOf(table: string, manager: EntityManager): Promise<readonly ComparableColumn[]> {
    const columns = await manager.query<{ name: string; type: string }[]>(
      `SELECT attname AS name, format_type(atttypid, NULL) AS type FROM pg_attribute
        WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
        ORDER BY attnum`,
      [`"${table}"`],
    );
    return columns.map(({ name, type }) => ({
      name,
      comparable: COMPARED_AS_TEXT.has(type) ? `"${name}"::text` : `"${name}"`,
    }));
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
  }

  /** What copies or compares a table takes as long as the table is large, whatever other statements may take. */
  private inTime<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.live.run(async (manager) => {
      await manager.query('SET LOCAL statement_timeout = 0');
      return work(manager);
    });
  }
}

/** Nobody grants that soon, so that it is not waited for. */
async function assertMayCreateSchemas(manager: EntityManager): Promise<void> {
  const [{ may, role, database }] = await manager.query<
    { may: boolean; role: string; database: string }[]
  >(
    `SELECT has_database_privilege(current_database(), 'CREATE') AS may,
            quote_ident(current_user) AS role, quote_ident(current_database()) AS database`,
  );
  if (may) return;
  throw new ConfigurationError([
    `A rebuild needs a schema of its own, and ${role} may not create one. Run GRANT CREATE ON DATABASE ${database} TO ` +
      `${role}, and begin it again.`,
  ]);
}

/** Leaves nothing open when it fails. */
async function connect(dataSource: DataSource, schema: string): Promise<void> {
  try {
    await dataSource.initialize();
    surviveBrokenConnections(dataSource);
    await assertSearches(schema, dataSource);
  } catch (error) {
    // Where there is no connection, it fails as well.
    await dataSource.driver.disconnect().catch(() => undefined);
    throw error;
  }
}

/** A URL with options of its own, or a pooler, may have kept the search path from the server: then nothing may be written. */
async function assertSearches(schema: string, dataSource: DataSource): Promise<void> {
  const [{ search_path: path }] =
    await dataSource.query<{ search_path: string }[]>('SHOW search_path');
  if (path === schema) return;
  throw new ConfigurationError([
    `A rebuild needs connections that search in the schema ${schema} only, and they search in ${path}. Remove options= ` +
      'from DATABASE_URL, and connect without a pooler that drops options.',
  ]);
}
