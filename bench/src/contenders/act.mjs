import { dataOf, emptyAccount, fold } from '../child/payload.mjs';
import { commandBy } from './index.mjs';

export const act = {
  title: 'Act',
  databases: ['sqlite'],
  // Concurrent commits fail with SQLITE_BUSY, see the guarantees.
  isConcurrent: { sqlite: false },
  table: () => ({
    name: 'events',
    account: 'stream',
    // Its versions count from 0.
    revision: 'version + 1',
    position: 'id',
    data: 'data',
  }),

  async open({ file }) {
    const { SqliteStore } = await import('@rotorsoft/act-sqlite');
    const store = new SqliteStore({ url: `file:${file}` });
    await store.seed();
    const meta = { correlation: '', causation: {} };
    const driver = {
      append(id, expected, amounts) {
        const messages = amounts.map((amount) => ({ name: 'booked', data: dataOf(id, amount) }));
        return store.commit(id, messages, meta, expected === 'any' ? undefined : expected - 1);
      },
      async load(id) {
        let state = emptyAccount();
        const each = ({ data }) => (state = fold(state, data));
        await store.query(each, { stream: id, stream_exact: true });
        return state;
      },
      command: (id) => commandBy(driver, id),
      async readLog() {
        let state = emptyAccount();
        await store.query(({ data }) => (state = fold(state, data)), {});
        return state;
      },
      beginning: 0,
      async readAfter(position, each) {
        const read = (event) => {
          each(event);
          position = event.id;
        };
        await store.query(read, { after: position });
        return position;
      },
      pragma: async (name) =>
        Object.values((await store.client.execute(`PRAGMA ${name}`)).rows[0])[0],
      isConflict: (error) => error.constructor.name === 'ConcurrencyError',
      close: () => store.dispose(),
    };
    return driver;
  },
};
