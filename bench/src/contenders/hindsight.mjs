import { fold, emptyAccount } from '../child/payload.mjs';

export const hindsight = {
  title: 'Hindsight',
  databases: ['postgres', 'sqlite'],
  isConcurrent: { postgres: true, sqlite: true },
  table: ({ kind }) => ({
    name: 'hub_events',
    account: "substr(stream, length('account-') + 1)",
    revision: 'revision',
    position: 'position',
    isDense: true,
    head: kind === 'postgres' ? '(SELECT position FROM hub_head)' : undefined,
    data: 'data',
  }),

  async open(database) {
    const { Account, bootHub } = await import('./hindsight-app.mjs');
    const hub = await bootHub(database);
    const streamOf = (id) => `account-${id}`;
    return {
      append(id, expected, amounts) {
        const events = amounts.map((amount) => hub.booked(id, amount));
        return hub.store.append(streamOf(id), expected, events);
      },
      async load(id) {
        const { revision, total } = await hub.accounts.load(id);
        return { revision, total };
      },
      command: (id) => hub.accounts.execute(id, (account) => account.book()),
      async readLog() {
        let state = emptyAccount();
        for await (const { data } of hub.store.readLog()) state = fold(state, data);
        return state;
      },
      beginning: 0,
      async readAfter(position, each) {
        for await (const event of hub.store.readLog({ after: position })) {
          each(event);
          position = event.position;
        }
        return position;
      },
      async follow(seen) {
        const follower = await bootHub(database, seen);
        await follower.caughtUp();
        return {
          // As an application appends: what is announced in this process does not wait for the next poll.
          append: (id, amount) => follower.accounts.save(new Account(id).bookAs(amount)),
          stop: () => follower.close(),
        };
      },
      isConflict: (error) => error.constructor.name === 'ConcurrencyError',
      close: () => hub.close(),
    };
  },
};
