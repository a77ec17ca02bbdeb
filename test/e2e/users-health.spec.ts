import { until } from '../support/async.js';
import {
  createDatabase,
  DATABASE_KINDS,
  openDatabase,
  type TestDatabase,
} from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import { startServer, type TestServer } from '../support/server.js';
import { someone } from '../support/users-api.js';

const PROCESSORS = ['user-list', 'account-balances', 'open-account-when-user-is-created'];

function all<T>(what: T): Readonly<Record<string, T>> {
  return Object.fromEntries(PROCESSORS.map((name) => [name, what]));
}

interface ReadyBody {
  readonly checks: Readonly<Record<string, { readonly status: string; readonly lag?: object }>>;
}

describe.each(DATABASE_KINDS)('The health of the users service, on %s,', (kind) => {
  let database: TestDatabase;
  let server: TestServer;

  beforeEach(async () => {
    database = await createDatabase(kind);
    server = await startServer(database, { CONTEXTS: 'users,accounts' });
  });

  afterEach(async () => {
    await server.close();
    await database.drop();
  });

  const ready = () => server.http.get<ReadyBody>('/health/ready');

  it('is good while everything works, and tells how far behind the list is', async () => {
    await server.users.create(someone());
    await server.users.list();
    await until(
      async () => !/:[1-9]/.test(JSON.stringify((await ready()).body.checks.processors.lag)),
    );
    const { status, headers, body } = await ready();
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      status: 'ok',
      checks: {
        'event-store': expect.objectContaining({ status: 'up', headPosition: 4 }) as object,
        migrations: expect.objectContaining({ status: 'up' }) as object,
        processors: expect.objectContaining({
          status: 'up',
          state: all('live'),
          lag: all(0),
          parked: all(0),
        }) as object,
        shutdown: expect.objectContaining({ status: 'up' }) as object,
      },
    });
    expect((await server.http.get('/health/live')).body).toEqual({ status: 'ok' });
  });

  it('is bad while the list cannot be kept, and good again afterwards', async () => {
    await inDatabase('ALTER TABLE user_list RENAME TO user_list_elsewhere');
    const { status, body: user } = await server.users.create(someone());
    expect(status).toBe(201);
    await until(async () => (await ready()).status === 503);
    const unready = await ready();
    expectProblem(unready, 503, 'not-ready');
    expect(unready.body.checks).toMatchObject({
      processors: {
        status: 'down',
        message: expect.stringContaining('user-list (retrying, ') as string,
      },
      'event-store': { status: 'up' },
    });
    const list = await server.users.list();
    expectProblem(list, 503, 'read-model-behind');
    expect(list.headers.get('retry-after')).toBe('1');
    expect((await server.users.find(user.id)).status).toBe(200);

    await inDatabase('ALTER TABLE user_list_elsewhere RENAME TO user_list');
    await until(async () => (await server.users.list()).status === 200);
    expect((await server.users.list()).body.items).toEqual([user]);
    expect((await ready()).status).toBe(200);
  });

  it('is bad when a migration is undone behind its back', async () => {
    await inDatabase(`DELETE FROM hub_migrations WHERE name = 'CreateUserList1764000000101'`);
    const unready = await ready();
    expectProblem(unready, 503, 'not-ready');
    expect(unready.body.checks).toMatchObject({ migrations: { status: 'down' } });
  });

  async function inDatabase(sql: string): Promise<void> {
    const opened = await openDatabase(database);
    await opened.transactions.run((manager) => manager.query(sql));
    await opened.close();
  }
});

describe('The health of the users service, when its PostgreSQL database is gone,', () => {
  it('is bad for readiness, and the process lives', async () => {
    const database = await createDatabase('postgres');
    const server = await startServer(database, { CONTEXTS: 'users,accounts' });
    await database.drop();
    const { headers, status, body } = await server.http.get<ReadyBody>('/health/ready');
    expectProblem({ headers, status, body }, 503, 'not-ready');
    expect(body.checks['event-store'].status).toBe('down');
    expect((await server.http.get('/health/live')).status).toBe(200);
    await server.close();
  });
});
