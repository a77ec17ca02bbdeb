import type { DataSource, EntityManager } from 'typeorm';
import { StoreUnavailableError } from '../../../errors/store.errors.js';
import { TransactionRunner } from '../transaction-runner.js';
import { isConnectionLost } from './postgres-errors.js';

/** Transactions on the data source's own connections. */
export class PostgresTransactionRunner extends TransactionRunner {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  override async run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await this.dataSource.transaction('READ COMMITTED', work);
    } catch (error) {
      if (!isConnectionLost(error)) throw error;
      throw new StoreUnavailableError(`The database cannot be reached: ${String(error)}`, {
        cause: error,
      });
    }
  }
}
