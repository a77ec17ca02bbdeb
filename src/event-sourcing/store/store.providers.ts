import { FactoryProvider } from '@nestjs/common';
import { Clock } from '../context/clock.js';
import { ConfigurationError } from '../errors/event-sourcing.error.js';
import {
  EVENT_SOURCING_OPTIONS,
  type EventSourcingModuleOptions,
} from '../event-sourcing.module-definition.js';
import { CommittedEvents } from '../events/committed-events.js';
import { EVENT_DATABASE, type OptionalEventDatabase } from './event-database.provider.js';
import { EventStore } from './event-store.js';
import { DatabaseFeed, LogFeed } from './log-feed.js';
import { InMemoryEventStore } from './memory/in-memory-event-store.js';
import { InMemorySnapshotStore } from './memory/in-memory-snapshot-store.js';
import { RemoteEventStore } from './remote/remote-event-store.js';
import { SnapshotStore } from './snapshot-store.js';
import type { EventDatabase } from './typeorm/event-database.js';
import { TransactionRunner } from './typeorm/transaction-runner.js';
import { TypeOrmSnapshotStore } from './typeorm/typeorm-snapshot-store.js';

/** The ports behind which the rest of the kit sees the database. */
export const storeProviders: FactoryProvider[] = [
  {
    provide: EventStore,
    inject: [EVENT_SOURCING_OPTIONS, EVENT_DATABASE, Clock],
    useFactory: async (
      { store }: EventSourcingModuleOptions,
      database: OptionalEventDatabase,
      clock: Clock,
    ): Promise<EventStore> => {
      if (typeof store !== 'object') return database?.store ?? new InMemoryEventStore(clock);
      if (database) await assertNoLogIn(database);
      return new RemoteEventStore(store);
    },
  },
  {
    provide: LogFeed,
    inject: [EventStore, CommittedEvents, EVENT_DATABASE],
    useFactory: (store: EventStore, committed: CommittedEvents, database: OptionalEventDatabase) =>
      store instanceof RemoteEventStore
        ? store.feed
        : new DatabaseFeed(store, committed, database?.watch),
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

/** What is derived from one log says nothing of another. @throws ConfigurationError */
async function assertNoLogIn({ store, dataSource }: EventDatabase): Promise<void> {
  const head = await store.headPosition();
  if (head === 0) return;
  throw new ConfigurationError([
    `The database ${String(dataSource.options.database)} holds a log of its own, of ${head} events, and the log of this ` +
      'service is that of a hub: what is derived from the one says nothing of the other. Give the service a database of ' +
      'its own, or have it run on its own log.',
  ]);
}
