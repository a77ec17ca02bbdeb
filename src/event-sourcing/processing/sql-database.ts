import { Inject, Injectable } from '@nestjs/common';
import { ConfigurationError } from '../errors/event-sourcing.error.js';
import { StoreUnavailableError } from '../errors/store.errors.js';
import { EVENT_DATABASE, type OptionalEventDatabase } from '../store/event-database.provider.js';
import type { EventDatabase } from '../store/typeorm/event-database.js';
import { breakingOffAfter, run, select, type SqlParameter } from './portable-sql.js';

/**
 * Runs one statement, in SQL for both databases: `?` is a parameter, `{now}` the database's own clock in milliseconds since
 * 1970. It resolves to the rows that the statement reads or, with RETURNING, has written; a bigint of PostgreSQL comes as text.
 */
export type Sql = <Row>(
  statement: string,
  parameters?: readonly SqlParameter[],
) => Promise<readonly Row[]>;

/** For who keeps tables beside the log, and writes the SQL for them by hand. */
@Injectable()
export class SqlDatabase {
  constructor(@Inject(EVENT_DATABASE) private readonly database: OptionalEventDatabase) {}

  /** Reads what is committed. @throws StoreUnavailableError when the database cannot be reached. */
  readonly read: Sql = async (statement, parameters = []) => {
    const database = this.opened;
    try {
      return await select(database.dataSource, statement, parameters);
    } catch (error) {
      if (!database.isAtFault(error) && !database.isUnreachable(error)) throw error;
      const message = `The database cannot be reached: ${String(error)}`;
      throw new StoreUnavailableError(message, { cause: error });
    }
  };

  /**
   * Runs statements in one transaction, as `TransactionRunner` does: await nothing but them.
   * @throws StoreUnavailableError when the database cannot be reached.
   */
  write<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.opened.transactions.run((manager) =>
      work((statement, parameters = []) => run(manager, statement, parameters)),
    );
  }

  /**
   * To be added to the columns that the first statement of a transaction returns: should this process come to stand still
   * with the locks of the transaction, the database breaks it off after so long, where it can.
   */
  breakingOffAfter(silentMs: number): string {
    return breakingOffAfter(silentMs, this.opened.dataSource);
  }

  private get opened(): EventDatabase {
    if (this.database) return this.database;
    throw new ConfigurationError([
      "There are no tables with store: 'memory'. Use a TypeORM data source, a SQLite file for example.",
    ]);
  }
}
