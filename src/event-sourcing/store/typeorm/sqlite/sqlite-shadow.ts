import { rm } from 'node:fs/promises';
import type { Database } from 'better-sqlite3';
import { DataSource, type EntityManager } from 'typeorm';
import type { ComparableColumn, ShadowDatabase } from '../shadow-database.js';
import { sqliteDriver } from './sqlite-driver.js';
import { sqliteHandle } from './sqlite-handle.js';
import { SqliteWriter } from './sqlite-writer.js';

/** Under which name the file is attached. */
const ATTACHED_AS = 'shadow';

/**
 * Tables in a file of their own, beside the database's, so that who builds them keeps nobody from writing there. A commit
 * need not be on the disk at once: after a power failure it may be missing, with its checkpoint.
 */
export class SqliteShadow implements ShadowDatabase {
  readonly transactions: SqliteWriter;

  private constructor(
    private readonly live: SqliteWriter,
    readonly dataSource: DataSource,
    private readonly writeSource: DataSource,
    private readonly liveFile: string,
    private readonly file: string,
  ) {
    this.transactions = new SqliteWriter(writeSource);
  }

  /**
   * Its tables are made, unless they are there, while the transaction of `manager` keeps others from making them.
   *
   * @param file its own, beside that of `liveSource`
   */
  static async open(
    live: SqliteWriter,
    liveSource: DataSource,
    file: string,
    tables: readonly string[],
    manager: EntityManager,
  ): Promise<SqliteShadow> {
    const writeSource = await connect(file, liveSource);
    try {
      await createTables(sqliteHandle(writeSource), tables, manager);
      const readSource = await connect(file, liveSource);
      sqliteHandle(readSource).pragma('query_only = ON');
      const liveFile = liveSource.options.database as string;
      return new SqliteShadow(live, readSource, writeSource, liveFile, file);
    } catch (error) {
      await writeSource.destroy();
      throw error;
    }
  }

  static async drop(file: string): Promise<void> {
    for (const suffix of ['', '-wal', '-shm']) await rm(file + suffix, { force: true });
  }

  nameOf(table: string): string {
    return `${ATTACHED_AS}."${table}"`;
  }

  replacing<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.live.runAttached(this.file, ATTACHED_AS, work);
  }

  /** A reader sees the database at one moment, and keeps nobody from writing. */
  async comparing<T>(
    _lock: (manager: EntityManager) => Promise<void>,
    work: (manager: EntityManager) => Promise<T>,
  ): Promise<T> {
    const source = await connect(this.liveFile, this.dataSource);
    try {
      sqliteHandle(source).prepare(`ATTACH ? AS ${ATTACHED_AS}`).run(this.file);
      sqliteHandle(source).pragma('query_only = ON');
      return await source.transaction(work);
    } finally {
      await source.destroy();
    }
  }

  async copyRows(table: string, manager: EntityManager): Promise<void> {
    const columns = (await this.columnsOf(table, manager))
      .map(({ name }) => `"${name}"`)
      .join(', ');
    await manager.query(
      `INSERT INTO "${table}" (${columns}) SELECT ${columns} FROM ${this.nameOf(table)}`,
    );
  }

  async columnsOf(table: string, manager: EntityManager): Promise<readonly ComparableColumn[]> {
    const columns = await manager.query<{ name: string }[]>(
      'SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY cid',
      [table],
    );
    return columns.map(({ name }) => ({ name, comparable: `"${name}"` }));
  }

  async close(): Promise<void> {
    await this.transactions.idle();
    await this.dataSource.destroy();
    await this.writeSource.destroy();
  }
}

function connect(file: string, like: DataSource): Promise<DataSource> {
  return new DataSource({
    type: 'better-sqlite3',
    database: file,
    driver: sqliteDriver(),
    entities: like.options.entities,
    prepareDatabase: (database: Database) => {
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = NORMAL');
    },
  }).initialize();
}

/** The text in the catalogue makes the same table, with the same indexes, in any file. */
async function createTables(
  shadow: Database,
  tables: readonly string[],
  manager: EntityManager,
): Promise<void> {
  const isThere = shadow.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table'").get();
  if (isThere !== undefined) return;
  const statements = await manager.query<{ sql: string }[]>(
    `SELECT sql FROM sqlite_master
      WHERE type IN ('table', 'index') AND sql IS NOT NULL
        AND tbl_name IN (${tables.map(() => '?').join(', ')})
      ORDER BY type = 'index'`,
    [...tables],
  );
  shadow.transaction(() => statements.forEach(({ sql }) => shadow.exec(sql)))();
}
