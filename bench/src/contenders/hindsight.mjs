import { fold, emptyAccount } from '../child/payload.mjs';
import { ACCOUNT_TOTALS } from './account-totals.mjs';

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

  async open(database, { snapshotEvery, lifecycle } = {}) {
    const { Account, accountWithSnapshots, AccountBooked, bootHub, follower } =
      await import('./hindsight-app.mjs');
    const { AccountTotal, accountTotals } = await import('./account-totals-projection.mjs');
    const account = snapshotEvery ? accountWithSnapshots(snapshotEvery) : Account;
    const keeping = (options) => ({
      providers: [accountTotals(AccountBooked, { kind: database.kind, ...options })],
      entities: [AccountTotal],
    });
    const all = (batch) => batch;
    const projection = lifecycle ? keeping({ form: 'batches', observe: all, lifecycle }) : {};
    const hub = await bootHub(database, { account, ...projection });
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
      async projected() {
        if (!(await hub.caughtUp(ACCOUNT_TOTALS))) throw new Error('It does not catch up.');
      },
      snapshotsTaken: () => hub.snapshotsTaken(),
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
        const Follower = follower(seen);
        const following = await bootHub(database, { providers: [Follower] });
        await following.caughtUp('follower');
        return {
          // As an application appends: what is announced in this process does not wait for the next poll.
          append: (id, amount) => following.accounts.save(new Account(id).bookAs(amount)),
          stop: () => following.close(),
        };
      },
      async catchUp(form, observe) {
        const projecting = await bootHub(database, keeping({ form, observe }));
        if (!(await projecting.caughtUp(ACCOUNT_TOTALS))) throw new Error('It does not catch up.');
        return () => projecting.close();
      },
      async relay(url) {
        const relaying = await bootHub(database, { relayTo: url });
        const ms = await relaying.relayed();
        const count = await hub.store.headPosition();
        await relaying.close();
        return { count, ms };
      },
      isConflict: (error) => error.constructor.name === 'ConcurrencyError',
      close: () => hub.close(),
    };
  },
};
