import { until } from '../support/async.js';
import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import { OperationsApi, PARKED_EVENTS, PROCESSORS } from '../support/operations-api.js';
import { PoisonedUser } from '../support/poisoned-user.js';
import { startServer, type TestServer } from '../support/server.js';
import { someone } from '../support/users-api.js';

const LIST = 'user-list';
const NAMES = ['account-balances', 'open-account-when-user-is-created', LIST];

describe.each(DATABASE_KINDS)('Who looks after the processors over HTTP, on %s,', (kind) => {
  let database: TestDatabase;
  let server: TestServer;
  let operations: OperationsApi;

  beforeEach(async () => {
    database = await createDatabase(kind);
    server = await startServer(database);
    operations = new OperationsApi(server.http);
  });

  afterEach(async () => {
    await server.close();
    await database.drop();
  });

  const poisoned = async (changes: number): Promise<PoisonedUser> => {
    const user = await new PoisonedUser(database).create(changes);
    const isParked = async (): Promise<boolean> => {
      const { body } = await operations.parked({ stream: user.stream, limit: 200 });
      return body.items.length === changes + 1;
    };
    await until(isParked);
    return user;
  };

  it('sees how far each is, and which process runs it', async () => {
    await server.users.create(someone());
    await server.users.list();
    const listed = await operations.processors();
    expect(listed.status).toBe(200);
    expect(listed.body.items.map(({ name }) => name)).toEqual(expect.arrayContaining(NAMES));
    const names = listed.body.items.map(({ name }) => name);
    expect(names).toEqual([...names].sort());
    await until(async () => (await operations.processor(LIST)).body.state === 'live');
    const { status, body, headers } = await operations.processor(LIST);
    expect(status).toBe(200);
    expect(headers.get('hub-position')).toBeNull();
    expect(body).toMatchObject({ name: LIST, lagEvents: 0, lagSeconds: 0, parked: 0 });
    expect(body).toMatchObject({ state: 'live', lastError: null, position: body.head });
    expect(body.owner).toContain(`/${process.pid}/`);
  });

  it('has one rest in every process, and go on', async () => {
    const other = await startServer(database);
    const paused = await operations.pause(LIST);
    expect([paused.status, paused.body.state]).toEqual([200, 'paused']);
    const { id } = (await server.users.create(someone())).body;
    const { items } = (await server.users.list({ after: 0 })).body;
    expect(items).toEqual([]);
    const elsewhere = new OperationsApi(other.http);
    const seen = (await elsewhere.processor(LIST)).body;
    expect(seen.state).toBe('paused');
    expect(seen.lagEvents).toBeGreaterThan(0);
    const resumed = await elsewhere.resume(LIST);
    expect(resumed.status).toBe(200);
    expect(resumed.body.state).not.toBe('paused');
    expect((await server.users.list()).body.items).toMatchObject([{ id }]);
    expect((await operations.resume(LIST)).status).toBe(200);
    await other.close();
  });

  it('finds a poisoned event parked, sees what it says and why, and retries it in vain and then after the fix', async () => {
    const user = await poisoned(2);
    const healthy = (await server.users.create(someone())).body;
    expect((await server.users.list()).body.items.map(({ id }) => id)).toContain(healthy.id);

    const { items, nextCursor } = (await operations.parked({ processor: LIST })).body;
    const [first, ...behind] = items;
    expect(nextCursor).toBeNull();
    expect(first).toMatchObject({ processor: LIST, stream: user.stream, position: 1, attempts: 5 });
    expect(first.error).toMatch(/unique/i);
    expect(Date.parse(String(first.lastFailedAt))).toBeGreaterThanOrEqual(
      Date.parse(String(first.firstFailedAt)),
    );
    for (const event of behind) {
      expect(event).toMatchObject({ attempts: 0, error: null, firstFailedAt: null });
    }
    const shown = await operations.parkedEvent(LIST, 1);
    expect(shown.status).toBe(200);
    const said = { type: 'user.created', version: 1, data: { username: user.name } };
    expect(shown.body).toMatchObject({ stored: said, lifted: [said], liftError: null, ...first });
    expect((await operations.processor(LIST)).body).toMatchObject({ parked: 3 });

    const vain = await operations.retry(LIST, user.stream);
    expect([vain.status, vain.body]).toMatchObject([200, { handled: 0, left: 3 }]);
    expect(vain.body.error).toMatch(/unique/i);
    expect((await operations.parkedEvent(LIST, 1)).body.attempts).toBe(6);

    await user.fix();
    const retried = await operations.retry(LIST, user.stream);
    expect(retried.body).toEqual({ handled: 3, left: 0, error: null });
    const found = (await server.users.list()).body.items.find(({ id }) => id === user.id);
    expect(found).toMatchObject({ username: user.name, revision: 3 });
    expect((await operations.parked()).body.items).toEqual([]);
    const again = await operations.retry(LIST, user.stream);
    expect(again.body).toEqual({ handled: 0, left: 0, error: null });
  });

  it('gives up the first event of a stream, and no other', async () => {
    const user = await poisoned(2);
    expectProblem(await operations.skip(LIST, 2), 409, 'not-the-first-parked-event');
    const skipped = await operations.skip(LIST, 1);
    expect([skipped.status, skipped.body]).toEqual([204, undefined]);
    expectProblem(await operations.skip(LIST, 1), 404, 'parked-event-not-found');
    expect((await operations.retry(LIST, user.stream)).body).toMatchObject({ handled: 2, left: 0 });
    expectProblem(await operations.skip(LIST, 2), 404, 'parked-event-not-found');
  });

  it('turns over the pages of what is parked', async () => {
    const user = await poisoned(6);
    const positions: number[] = [];
    let cursor: string | null = null;
    do {
      const query: Record<string, string | number> = cursor ? { limit: 3, cursor } : { limit: 3 };
      const { body, status } = await operations.parked({ ...query, stream: user.stream });
      expect(status).toBe(200);
      expect(body.items.length).toBeLessThanOrEqual(3);
      positions.push(...body.items.map(({ position }) => position));
      cursor = body.nextCursor;
    } while (cursor !== null);
    expect(positions).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const none = { items: [], nextCursor: null };
    expect((await operations.parked({ processor: 'nobody' })).body).toEqual(none);
    expect((await operations.parked({ stream: 'user-nobody' })).body).toEqual(none);
  });

  it('is told what is wrong with a request', async () => {
    const unknown = expectProblem(await operations.pause('user-lst'), 404, 'processor-not-found');
    for (const name of NAMES) expect(unknown.detail).toContain(name);
    expectProblem(await operations.processor('nobody'), 404, 'processor-not-found');
    expectProblem(await operations.retry('nobody', 'user-1'), 404, 'processor-not-found');
    expectProblem(await operations.parkedEvent('nobody', 1), 404, 'processor-not-found');
    expectProblem(await operations.parkedEvent(LIST, 1), 404, 'parked-event-not-found');
    expectProblem(await operations.parkedEvent(LIST, 'x'), 400, 'validation-failed');
    expectProblem(await operations.parkedEvent(LIST, 0), 400, 'validation-failed');
    expectProblem(await operations.retry(LIST, 'user-\0'), 400, 'validation-failed');
    expectProblem(await operations.parked({ stream: '\0' }), 400, 'validation-failed');
    for (const cursor of ['MQ', 'x', Buffer.from('1 a\0').toString('base64url')]) {
      expectProblem(await operations.parked({ cursor }), 400, 'invalid-cursor');
    }
    expect((await operations.processor(LIST)).body.state).not.toBe('paused');
  });

  it('is no page of another site', async () => {
    const foreign = { origin: 'https://evil.example' };
    expectProblem(await operations.pause(LIST, foreign), 403, 'foreign-origin');
    expectProblem(await operations.pause(LIST, { origin: 'null' }), 403, 'foreign-origin');
    expect((await operations.processor(LIST)).body.state).not.toBe('paused');
    const own = { origin: server.http.url.replace(/\/$/, '') };
    expect((await operations.pause(LIST, own)).status).toBe(200);
  });

  it('finds nothing there where it is switched off', async () => {
    const closed = await startServer(database, { OPERATIONS: 'off' });
    for (const path of [PROCESSORS, `${PROCESSORS}/${LIST}`, PARKED_EVENTS]) {
      expectProblem(await closed.http.get(path), 404, 'route-not-found');
    }
    const pausing = await new OperationsApi(closed.http).pause(LIST);
    expectProblem(pausing, 404, 'route-not-found');
    const { body } = await closed.http.get<{ paths: object }>('/docs/openapi.json');
    expect(Object.keys(body.paths).filter((path) => /process|parked/.test(path))).toEqual([]);
    await closed.close();
  });
});

describe('Who looks after the processors, when the PostgreSQL database is gone,', () => {
  it('is told so, and may try again', async () => {
    const database = await createDatabase('postgres');
    const server = await startServer(database);
    const operations = new OperationsApi(server.http);
    await database.drop();
    for (const answer of [
      await operations.processors(),
      await operations.processor(LIST),
      await operations.pause(LIST),
      await operations.parked(),
      await operations.parkedEvent(LIST, 1),
      await operations.retry(LIST, 'user-1'),
      await operations.skip(LIST, 1),
    ]) {
      expectProblem(answer, 503, 'store-unavailable');
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    await server.close();
  });
});
