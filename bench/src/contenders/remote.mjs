import { dataOf } from '../child/payload.mjs';
import { kit } from '../product.mjs';
import { hindsight } from './hindsight.mjs';

/** Not `account`, which belongs to an aggregate of the server's own. */
const CATEGORY = 'booking';

/** Appends to a hub in another process, through the store that a service has there. */
export const remote = {
  ...hindsight,
  title: 'Hindsight over HTTP',
  table: (database) => ({
    ...hindsight.table(database),
    account: `substr(stream, length('${CATEGORY}-') + 1)`,
  }),

  async open(_database, { url }) {
    const { RemoteEventStore, UuidV7Generator } = await kit();
    const store = new RemoteEventStore({ url });
    const ids = new UuidV7Generator();
    const booked = (id, amount) => ({
      ...{ id: ids.next(), type: `${CATEGORY}.made`, version: 1 },
      data: dataOf(id, amount),
    });
    return {
      append: (id, expected, amounts) =>
        store.append(
          `${CATEGORY}-${id}`,
          expected,
          amounts.map((amount) => booked(id, amount)),
        ),
      isConflict: (error) => error.constructor.name === 'ConcurrencyError',
      close: () => store.close(),
    };
  },
};
