import { SystemClock } from '../../src/event-sourcing/context/clock.js';
import { InMemoryEventStore } from '../../src/event-sourcing/store/memory/in-memory-event-store.js';
import {
  type OpenedEventStore,
  runEventStoreContract,
} from '../../src/event-sourcing/testing/event-store-contract/index.js';
import {
  createDatabase,
  openDatabase,
  type OpenDatabase,
  type TestDatabase,
} from '../support/databases.js';
import { emptyPostgresLog } from '../support/empty-log.js';
import { SpreadingEventStore } from '../support/spreading-event-store.js';

describe('the event store in memory', () => {
  runEventStoreContract(
    () =>
      Promise.resolve({
        store: new InMemoryEventStore(new SystemClock()),
        close: () => Promise.resolve(),
      }),
    { describe, it },
  );
});

describe.each([1, 2])('the event store on SQLite, through %d connection(s)', (connections) => {
  runEventStoreContract(
    async () => {
      const database = await createDatabase('sqlite');
      const open = await openSeveral(database, connections);
      return storeThrough(open, async () => {
        await closeAll(open);
        await database.drop();
      });
    },
    { describe, it },
  );
});

describe.each([1, 2])('the event store on PostgreSQL, through %d connection(s)', (connections) => {
  let database: TestDatabase;
  let open: OpenDatabase[];

  beforeAll(async () => {
    database = await createDatabase('postgres');
    open = await openSeveral(database, connections);
  });

  afterAll(async () => {
    await closeAll(open);
    await database.drop();
  });

  runEventStoreContract(
    async () => {
      await emptyPostgresLog(database);
      return storeThrough(open, () => Promise.resolve());
    },
    { describe, it },
  );
});

async function openSeveral(database: TestDatabase, connections: number): Promise<OpenDatabase[]> {
  const open: OpenDatabase[] = [];
  for (let nr = 0; nr < connections; nr += 1) open.push(await openDatabase(database));
  return open;
}

async function closeAll(open: readonly OpenDatabase[]): Promise<void> {
  await Promise.all(open.map(({ close }) => close()));
}

function storeThrough(open: readonly OpenDatabase[], close: () => Promise<void>): OpenedEventStore {
  const stores = open.map(({ store }) => store);
  return { store: stores.length === 1 ? stores[0] : new SpreadingEventStore(stores), close };
}
