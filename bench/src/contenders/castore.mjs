import { dataOf, emptyAccount, fold } from '../child/payload.mjs';
import { commandBy } from './index.mjs';

export const castore = {
  title: 'Castore',
  databases: ['postgres'],
  isConcurrent: { postgres: true },
  table: () => ({
    name: 'event',
    position: 'id',
    account: 'aggregate_id::text',
    revision: 'version',
    data: 'data',
  }),

  async open({ url: connectionString }) {
    const { EventStore, EventType } = await import('@castore/core');
    const { PostgresEventStorageAdapter } = await import('@castore/event-storage-adapter-postgres');
    await PostgresEventStorageAdapter.createEventTable({ connectionString });
    const store = new EventStore({
      eventStoreId: 'account',
      eventTypes: [new EventType({ type: 'account.booked' })],
      reducer: (account = emptyAccount(), { payload }) => fold(account, payload),
      eventStorageAdapter: new PostgresEventStorageAdapter({ connectionString }),
    });
    const eventOf = (aggregateId, version, amount) => ({
      aggregateId,
      version,
      type: 'account.booked',
      payload: dataOf(aggregateId, amount),
    });
    const driver = {
      async append(id, expected, amounts) {
        if (expected === 'any') throw new Error('Castore appends only at a version.');
        const events = amounts.map((amount, nr) => eventOf(id, expected + nr + 1, amount));
        if (events.length === 1) await store.pushEvent(events[0]);
        else await EventStore.pushEventGroup(...events.map((event) => store.groupEvent(event)));
      },
      async load(id) {
        const { aggregate } = await store.getAggregate(id);
        return aggregate ?? emptyAccount();
      },
      command: (id) => commandBy(driver, id),
      isConflict: (error) => error.constructor.name === 'PostgresEventAlreadyExistsError',
      // Its adapter has no way to end its connections; they end with the process.
      close: () => Promise.resolve(),
    };
    return driver;
  },
};
