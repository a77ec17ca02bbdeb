import { until } from '../support/async.js';
import { createDatabase, type TestDatabase } from '../support/databases.js';
import { HttpClient } from '../support/http-client.js';
import type { LogPageBody } from '../support/hub-api.js';
import { expectProblem } from '../support/expect-problem.js';
import { loggedEvents } from '../support/logged-events.js';
import { MoneyAudit } from '../support/money-audit.js';
import { RemoteHub } from '../support/remote-hub.js';
import { startServer, type TestServer } from '../support/server.js';

/** Each with a database of its own; what they share is the log of the hub. */
describe('Services in processes of their own', () => {
  const databases: TestDatabase[] = [];
  let hub: RemoteHub;
  let users: TestServer;
  let accounts: TestServer;
  let transfers: TestServer;

  beforeAll(async () => {
    for (const kind of ['postgres', 'sqlite', 'sqlite', 'postgres'] as const) {
      databases.push(await createDatabase(kind));
    }
    hub = await RemoteHub.start(databases[0]);
    users = await hub.service('users', databases[1]);
    accounts = await hub.service('accounts', databases[2]);
    transfers = await hub.service('transfers', databases[3]);
  });

  afterAll(async () => {
    await Promise.all([users.close(), accounts.close(), transfers.close()]);
    await hub.server.close();
    await Promise.all(databases.map((database) => database.drop()));
  });

  const accountOf = async (userId: string): Promise<string> => {
    let id: string | undefined;
    await until(async () => {
      const { items } = (await accounts.accounts.list({ owner: userId })).body;
      id = items[0]?.id;
      return id !== undefined;
    }, 'an account is opened');
    return id as string;
  };

  it('work together through the log: a user gets an account, and pays another one', async () => {
    const john = (await users.users.create(named('john_doe'))).body;
    const jane = (await users.users.create(named('jane_doe'))).body;
    const [from, to] = [await accountOf(john.id), await accountOf(jane.id)];
    await accounts.accounts.deposit(from, 10_000);
    const { id } = (await transfers.transfers.request({ from, to, amount: 2_550 })).body;
    expect((await transfers.transfers.ended(id)).status).toBe('completed');
    await until(async () => (await accounts.accounts.find(to)).body.balance === 2_550);
    expect((await accounts.accounts.find(from)).body.balance).toBe(7_450);
    const audit = new MoneyAudit(await loggedEvents(databases[0]));
    expect(audit.violations).toEqual([]);
    expect((await users.users.find(john.id)).body).toMatchObject({ username: 'john_doe' });
  });

  it('keep the rules that hold for all: a name is taken once, whoever asks', async () => {
    const second = await hub.service('users', databases[1]);
    const answers = await Promise.all(
      [users, second, users, second].map((server, nth) =>
        server.users.create({ username: 'max', email: `max${nth}@example.com` }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    await second.close();
  });

  it('read what they have just written', async () => {
    for (const nr of [1, 2, 3, 4, 5]) {
      const created = await users.users.create(named(`reader_${nr}`));
      const after = Number(created.headers.get('hub-position'));
      const { items } = (await users.users.list({ after, limit: 200 })).body;
      expect(items.map(({ id }) => id)).toContain(created.body.id);
    }
  });

  it('say in every event who has stored it', async () => {
    const { url } = hub.server.http;
    const headers = { authorization: `Bearer ${hub.key}` };
    const { body } = await new HttpClient(url).get<LogPageBody>(
      '/api/v1/events?limit=1000',
      headers,
    );
    expect(new Set(body.items.map(({ metadata }) => metadata.actor))).toEqual(
      new Set(['key:service']),
    );
  });

  it('do not start on a database that holds a log of its own', async () => {
    const { url } = hub.server.http;
    const settings = { HUB_URL: url, HUB_KEY: hub.key, CONTEXTS: 'users' };
    await expect(startServer(databases[0], settings)).rejects.toThrow(/holds a log of its own, of/);
  });

  it('answer 503 when the hub is away for too long', async () => {
    const impatient = await hub.service('users', databases[1], { HUB_PATIENCE_MS: '200' });
    const { id } = (await impatient.users.create(named('before'))).body;
    await hub.server.close();
    const refused = await impatient.users.create(named('meanwhile'));
    expectProblem(refused, 503, 'store-unavailable');
    expect((await impatient.users.list({ after: 1, limit: 200 })).body.items).not.toEqual([]);
    expectProblem(await impatient.users.find(id), 503, 'store-unavailable');
    expectProblem(await impatient.http.get('/health/ready'), 503, 'not-ready');
    await impatient.close();
  });
});

function named(username: string): { readonly username: string; readonly email: string } {
  return { username, email: `${username}@example.com` };
}
