import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { TransactionRunner } from '../../store/typeorm/transaction-runner.js';

/** Has the work of every transaction done twice: rolled back, as when the process dies before the commit, and again. */
@Injectable()
export class InterruptedTransactions {
  constructor(transactions: TransactionRunner) {
    const run: TransactionRunner['run'] = transactions.run.bind(transactions);
    transactions.run = async <T>(work: (manager: EntityManager) => Promise<T>): Promise<T> => {
      const interruption = new Error('The process dies here.');
      const interrupted = run(async (manager) => {
        await work(manager);
        throw interruption;
      });
      await interrupted.catch((error: unknown) => {
        if (error !== interruption) throw error;
      });
      return run(work);
    };
  }
}
