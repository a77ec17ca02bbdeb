import { CommandBus } from '@nestjs/cqrs';
import { v7 } from 'uuid';
import { AccountsModule } from '../../src/contexts/accounts/accounts.module.js';
import type { AccountsOptions } from '../../src/contexts/accounts/accounts.settings.js';
import { CreateUser } from '../../src/contexts/users/commands/create-user.command.js';
import { UsersModule } from '../../src/contexts/users/users.module.js';
import { Processors } from '../../src/event-sourcing/index.js';
import { until } from '../support/async.js';
import { bootKit, type BootedKit } from '../support/booted-kit.js';
import { BuiltServer } from '../support/built-server.js';
import {
  createDatabase,
  DATABASE_KINDS,
  openDatabase,
  type TestDatabase,
} from '../support/databases.js';
import { type LoggedEvent, loggedEvents, misplacedEvents } from '../support/logged-events.js';
import { someone } from '../support/users-api.js';

const POLICY = 'open-account-when-user-is-created';
const PATIENCE_MS = 15_000;
/** Of servers, one after the other, on a machine that has other things to do. */
const SIX_STARTS_MS = 120_000;
const KILLS = 5;
const USERS_PER_KILL = 20;

describe.each(DATABASE_KINDS)('For every user that is created, on %s,', (kind) => {
  let database: TestDatabase;
  let kits: BootedKit[];

  beforeEach(async () => {
    database = await createDatabase(kind);
    kits = [];
  });

  afterEach(async () => {
    for (const { app } of kits) await app.close();
    await database.drop();
  });

  async function boot(options?: AccountsOptions | 'without accounts'): Promise<BootedKit> {
    const accounts = options === 'without accounts' ? [] : [AccountsModule.forRoot(options)];
    const kit = await bootKit({ database, imports: [UsersModule, ...accounts] });
    kits.push(kit);
    return kit;
  }

  async function createUsers({ app }: BootedKit, count: number): Promise<void> {
    const create = () => {
      const { username, email } = someone();
      return app.get(CommandBus).execute(new CreateUser(v7(), username, email));
    };
    await Promise.all(Array.from({ length: count }, create));
  }

  async function caughtUp({ app }: BootedKit): Promise<void> {
    expect(await app.get(Processors).caughtUp(POLICY, PATIENCE_MS)).toBe(true);
  }

  it('an account is opened in the currency that is set, because of the event', async () => {
    const kit = await boot({ currency: 'CHF' });
    await createUsers(kit, 3);
    await caughtUp(kit);
    const events = await loggedEvents(database);
    const [created] = events.filter(({ type }) => type === 'user.created');
    const accounts = accountsOf(events);
    expect(accounts.get(created.stream.slice('user-'.length))).toEqual(['CHF']);
    const opened = events.find(({ correlationId, type }) => {
      return type === 'account.opened' && correlationId === created.correlationId;
    });
    const { metadata } = (await kit.store.findEvent(opened?.id ?? '')) ?? {};
    expect(metadata?.causationId).toBe(created.id);
    expectOneAccountEach(events, 3);
  });

  it('an account is opened, also when the user was there before the accounts', async () => {
    await createUsers(await boot('without accounts'), 30);
    await caughtUp(await boot());
    expectOneAccountEach(await loggedEvents(database), 30);
  });

  it('one account is opened by several processes at once', async () => {
    const [one, other] = [await boot(), await boot()];
    for (let round = 1; round <= 10; round += 1) {
      await Promise.all([createUsers(one, 5), createUsers(other, 5)]);
    }
    await caughtUp(one);
    await caughtUp(other);
    expectOneAccountEach(await loggedEvents(database), 100);
    expect(kits.flatMap(({ logs }) => logs.errors)).toEqual([]);
  });

  it('one account is opened, even when the checkpoint is lost and the currency another', async () => {
    const first = await boot();
    await createUsers(first, 5);
    await caughtUp(first);
    await first.app.close();
    const opened = await openDatabase(database);
    await opened.transactions.run((manager) =>
      manager.query(`DELETE FROM hub_checkpoints WHERE name = '${POLICY}'`),
    );
    await opened.close();
    const second = await boot({ currency: 'USD' });
    await caughtUp(second);
    const events = await loggedEvents(database);
    expectOneAccountEach(events, 5);
    expect(new Set([...accountsOf(events).values()].flat())).toEqual(new Set(['EUR']));
    expect(second.logs.errors).toEqual([]);
  });

  it(
    'one account is opened, however often the server is killed',
    async () => {
      for (let kill = 1; kill <= KILLS; kill += 1) {
        const server = await BuiltServer.start(database);
        const creations = Array.from({ length: USERS_PER_KILL }, () =>
          server.users.create(someone()),
        );
        await Promise.all(creations);
        await server.kill();
      }
      const server = await BuiltServer.start(database);
      const users = KILLS * USERS_PER_KILL;
      await until(async () => {
        const events = await loggedEvents(database);
        return events.filter(({ type }) => type === 'account.opened').length >= users;
      });
      expect((await server.accounts.list({ limit: 200 })).body.items).toHaveLength(users);
      await server.stop();
      const events = await loggedEvents(database);
      expect(misplacedEvents(events)).toEqual([]);
      expectOneAccountEach(events, users);
    },
    SIX_STARTS_MS,
  );
});

/** The currencies of the accounts of each owner. */
function accountsOf(events: readonly LoggedEvent[]): Map<string, string[]> {
  const accounts = new Map<string, string[]>();
  for (const { type, data } of events) {
    if (type !== 'account.opened') continue;
    accounts.set(data.owner, [...(accounts.get(data.owner) ?? []), data.currency]);
  }
  return accounts;
}

function expectOneAccountEach(events: readonly LoggedEvent[], users: number): void {
  const created = events
    .filter(({ type }) => type === 'user.created')
    .map(({ stream }) => stream.slice('user-'.length));
  const accounts = accountsOf(events);
  expect(created).toHaveLength(users);
  expect([...accounts.keys()].toSorted()).toEqual(created.toSorted());
  for (const currencies of accounts.values()) expect(currencies).toHaveLength(1);
}
