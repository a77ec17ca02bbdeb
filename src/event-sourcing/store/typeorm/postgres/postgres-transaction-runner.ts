import type { DataSource, EntityManager } from 'typeorm';
import { StoreUnavailableError } from '../../../errors/store.errors.js';
import { TransactionRunner } from '../transaction-runner.js';
import { isAtFault, isConnectionLost } from './postgres-errors.js';

/** Transactions on the data source's own connections. */
export class PostgresTransactionRunner extends TransactionRunner {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  override async run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    let thrown: unknown;
    const noted = (manager: EntityManager): Promise<T> =>
      work(manager).catch((error: unknown) => {
        thrown = error;
        throw error;
      });
    try {
      return await this.dataSource.transaction('READ COMMITTED', noted);
    } catch (error) {
      // What the work throws may speak of somebody else's connection.
      if (error === thrown ? !isAtFault(error) : !isConnectionLost(error)) throw error;
      throw new StoreUnavailableError(`The database cannot be reached: ${String(error)}`, {
        cause: error,
      });
    }
  }
}
