import {
  type EventStore,
  InMemoryEventStore,
  type SnapshotStore,
} from '../../src/event-sourcing/index.js';
import { InMemorySnapshotStore } from '../../src/event-sourcing/store/memory/in-memory-snapshot-store.js';
import { TypeOrmSnapshotStore } from '../../src/event-sourcing/store/typeorm/typeorm-snapshot-store.js';
import { SettableClock } from './controlled-environment.js';
import { createDatabase, DATABASE_KINDS, type DatabaseKind, openDatabase } from './databases.js';

export type LogKind = 'memory' | DatabaseKind;
export const LOG_KINDS: readonly LogKind[] = ['memory', ...DATABASE_KINDS];

/** A log with the snapshots beside it, wherever they are kept. */
export interface LogWithSnapshots {
  readonly store: EventStore;
  /** Those there are, until they are deleted. */
  readonly snapshotStore: SnapshotStore;
  deleteSnapshots(): Promise<void>;
  drop(): Promise<void>;
}

export function createLog(kind: LogKind): Promise<LogWithSnapshots> {
  return kind === 'memory' ? Promise.resolve(new LogInMemory()) : createLogIn(kind);
}

class LogInMemory implements LogWithSnapshots {
  readonly store = new InMemoryEventStore(new SettableClock());
  snapshotStore = new InMemorySnapshotStore();

  async deleteSnapshots(): Promise<void> {
    this.snapshotStore = new InMemorySnapshotStore();
  }

  async drop(): Promise<void> {}
}

async function createLogIn(kind: DatabaseKind): Promise<LogWithSnapshots> {
  const database = await createDatabase(kind);
  const { store, dataSource, transactions, close } = await openDatabase(database);
  return {
    store,
    snapshotStore: new TypeOrmSnapshotStore(dataSource, transactions),
    deleteSnapshots: () =>
      transactions.run(async (manager) => {
        await manager.query('DELETE FROM hub_snapshots');
      }),
    drop: async () => {
      await close();
      await database.drop();
    },
  };
}
