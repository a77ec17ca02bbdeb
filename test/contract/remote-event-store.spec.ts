import type { RemoteEventStore } from '../../src/event-sourcing/index.js';
import { runEventStoreContract } from '../../src/event-sourcing/testing/event-store-contract/index.js';
import { createDatabase, type TestDatabase } from '../support/databases.js';
import { emptyPostgresLog } from '../support/empty-log.js';
import { RemoteHub } from '../support/remote-hub.js';
import { UncompletedMetadata } from '../support/uncompleted-metadata.js';

describe('the event store at a hub', () => {
  let database: TestDatabase;
  let hub: RemoteHub;
  let store: RemoteEventStore;

  beforeAll(async () => {
    database = await createDatabase('postgres');
    hub = await RemoteHub.start(database);
    store = hub.store();
  });

  afterAll(async () => {
    await store.close();
    await hub.server.close();
    await database.drop();
  });

  runEventStoreContract(
    async () => {
      await emptyPostgresLog(database);
      return { store: new UncompletedMetadata(store), close: () => Promise.resolve() };
    },
    { describe, it },
  );
});
