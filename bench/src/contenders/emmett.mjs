import { randomUUID } from 'node:crypto';
import { dataOf, emptyAccount, fold } from '../child/payload.mjs';
import { commandBy } from './index.mjs';

const CONSUMER_BATCH = 100;
/** The whole log at once: from batch to batch events can be skipped, see the guarantees. */
const LOG_BATCH = 1_000_000;

/** Makes every append roll back after its events have been inserted. */
const FAILING = {
  type: 'inline',
  projection: {
    name: 'failing',
    canHandle: ['AccountBooked'],
    handle: () => Promise.reject(new Error('This projection always fails.')),
  },
};

export const emmett = {
  title: 'Emmett',
  databases: ['postgres'],
  isConcurrent: { postgres: true },
  table: () => ({
    name: 'emt_messages',
    position: 'global_position',
    account: "substr(stream_id, length('account-') + 1)",
    revision: 'stream_position',
    data: 'message_data',
  }),

  async open({ url }, { failingProjection = false } = {}) {
    const { STREAM_DOES_NOT_EXIST } = await import('@event-driven-io/emmett');
    const { getPostgreSQLEventStore, postgreSQLEventStoreConsumer, readMessagesBatch } =
      await import('@event-driven-io/emmett-postgresql');
    const { dumbo } = await import('@event-driven-io/dumbo');
    const projections = failingProjection ? [FAILING] : [];
    const store = getPostgreSQLEventStore(url, { projections });
    await store.schema.migrate();
    const reading = dumbo({ connectionString: url });
    const streamOf = (id) => `account-${id}`;
    const expectedVersion = (expected) => {
      if (expected === 'any') return {};
      return {
        expectedStreamVersion: expected === 0 ? STREAM_DOES_NOT_EXIST : BigInt(expected),
      };
    };
    const driver = {
      append(id, expected, amounts) {
        const events = amounts.map((amount) => ({
          type: 'AccountBooked',
          data: dataOf(id, amount),
        }));
        return store.appendToStream(streamOf(id), events, expectedVersion(expected));
      },
      async load(id) {
        const { state } = await store.aggregateStream(streamOf(id), {
          initialState: emptyAccount,
          evolve: (account, { data }) => fold(account, data),
        });
        return state;
      },
      command: (id) => commandBy(driver, id),
      async readLog() {
        let state = emptyAccount();
        const each = ({ data }) => (state = fold(state, data));
        await driver.readAfter(driver.beginning, each, LOG_BATCH);
        return state;
      },
      beginning: 0n,
      /** Reads on behind a position, batch by batch, as Emmett's own consumers do. @returns where it came to */
      async readAfter(position, each, batchSize = CONSUMER_BATCH) {
        for (;;) {
          const batch = await readMessagesBatch(reading.execute, {
            after: position,
            batchSize,
          });
          for (const message of batch.messages) each(message);
          position = batch.currentGlobalPosition;
          if (!batch.areMessagesLeft) return position;
        }
      },
      async follow(seen) {
        // Not store.consumer(): to close that one is to close the store.
        const consumer = postgreSQLEventStoreConsumer({ connectionString: url });
        consumer.reactor({
          processorId: randomUUID(),
          startFrom: 'END',
          eachMessage: ({ data }) => seen(data.amount),
        });
        const running = consumer.start();
        return {
          append: (id, amount) => driver.append(id, 0, [amount]),
          stop: async () => {
            await consumer.close();
            await running;
          },
        };
      },
      // The package brings a copy of the class along, so that instanceof does not know it.
      isConflict: (error) => /ExpectedVersionConflictError$/.test(error.constructor.name),
      async close() {
        await reading.close();
        await store.close();
      },
    };
    return driver;
  },
};
