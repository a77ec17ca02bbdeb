import { FactoryProvider } from '@nestjs/common';
import { Clock } from '../context/clock.js';
import { ConfigurationError } from '../errors/event-sourcing.error.js';
import { EVENT_DATABASE, type OptionalEventDatabase } from './event-database.provider.js';
import { EventStore } from './event-store.js';
import { InMemoryEventStore } from './memory/in-memory-event-store.js';
import { InMemorySnapshotStore } from './memory/in-memory-snapshot-store.js';
import { SnapshotStore } from './snapshot-store.js';
import { TransactionRunner } from './typeorm/transaction-runner.js';
import { TypeOrmSnapshotStore } from './typeorm/typeorm-snapshot-store.js';

/** The ports behind which the rest of the kit sees the database. */
export const storeProviders: FactoryProvider[] = [
  {
    provide: EventStore,
    inject: [EVENT_DATABASE, Clock],
    useFactory: (database: OptionalEventDatabase, clock: Clock) =>
      database?.store ?? new InMemoryEventStore(clock),
  },
  {
    provide: TransactionRunner,
    inject: [EVENT_DATABASE],
    useFactory: (database: OptionalEventDatabase) => database?.transactions ?? new NoTransactions(),
  },
  {
    provide: SnapshotStore,
    inject: [EVENT_DATABASE],
    useFactory: (database: OptionalEventDatabase) =>
      database
        ? new TypeOrmSnapshotStore(database.dataSource, database.transactions)
        : new InMemorySnapshotStore(),
  },
];

/** Stands in where the log is in memory and there is no database to write to. */
class NoTransactions extends TransactionRunner {
  override run(): Promise<never> {
    return Promise.reject(
      new ConfigurationError([
        "There are no transactions with store: 'memory'. Use a TypeORM data source, a SQLite file for " +
          'example, where read models are needed.',
      ]),
    );
  }
}
