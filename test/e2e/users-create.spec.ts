import { randomUUID } from 'node:crypto';
import { Processors, EventStore } from '../../src/event-sourcing/index.js';
import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import { startServer, type TestServer } from '../support/server.js';
import { someone, USERS } from '../support/users-api.js';

const PATIENCE_MS = 15_000;
const UUID_V7 = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

describe.each(DATABASE_KINDS)('Creating a user, on %s,', (kind) => {
  let database: TestDatabase;
  let server: TestServer;

  beforeAll(async () => {
    database = await createDatabase(kind);
    server = await startServer(database);
  });

  afterAll(async () => {
    await server.close();
    await database.drop();
  });

  /** When everything that follows from what was created is done. */
  const headPosition = async (): Promise<number> => {
    const store = server.app.get(EventStore);
    const handlers = server.app.get(Processors);
    const policy = 'open-account-when-user-is-created';
    expect(await handlers.caughtUp(policy, PATIENCE_MS)).toBe(true);
    return store.headPosition();
  };

  it('answers 201 with the user, its place and its ETag', async () => {
    const { status, headers, body } = await server.users.create({
      username: 'john_doe',
      email: 'john@example.com',
    });
    expect(status).toBe(201);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('location')).toBe(`/api/v1/users/${body.id}`);
    expect(headers.get('etag')).toBe('"1"');
    expect(body).toEqual({
      id: expect.stringMatching(UUID_V7) as string,
      username: 'john_doe',
      email: 'john@example.com',
      status: 'active',
      revision: 1,
    });
  });

  it('leaves the user at the place it names', async () => {
    const created = await server.users.create(someone());
    const found = await server.http.get(created.headers.get('location') ?? '');
    expect(found.status).toBe(200);
    expect(found.body).toEqual(created.body);
    expect(found.headers.get('etag')).toBe('"1"');
  });

  it('keeps the name and the address as they were written', async () => {
    const user = { username: 'Ada.Love-lace_1', email: 'Ada+notes@Example.COM' };
    expect((await server.users.create(user)).body).toMatchObject(user);
  });

  it('takes addresses with letters beyond ASCII', async () => {
    const { body } = await server.users.create({ username: 'bjoern', email: 'björn@exämple.org' });
    expect((await server.users.find(body.id)).body.email).toBe('björn@exämple.org');
  });

  it('answers with the correlation id of the request, and with security headers', async () => {
    const { headers } = await server.users.create(someone(), { 'x-correlation-id': 'sign-up 7' });
    expect(headers.get('x-correlation-id')).toBe('sign-up 7');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  describe('when the user name is taken', () => {
    it.each([
      ['taken_name', 'as it is'],
      ['TAKEN_Name', 'in other case'],
    ])('answers 409 to %s, written %s', async (username) => {
      await server.users.create({ username: 'taken_name', email: 'first@example.com' });
      const refused = await server.users.create({ username, email: someone().email });
      const { detail } = expectProblem(refused, 409, 'username-taken');
      expect(detail).toContain('taken_name');
      expect(refused.headers.get('location')).toBeNull();
      expect(refused.headers.get('etag')).toBeNull();
    });

    it('leaves the address free', async () => {
      const taken = someone();
      const email = someone().email;
      await server.users.create(taken);
      expectProblem(
        await server.users.create({ username: taken.username, email }),
        409,
        'username-taken',
      );
      const { status } = await server.users.create({ username: someone().username, email });
      expect(status).toBe(201);
    });
  });

  describe('when the address is taken', () => {
    it.each([
      ['taken@example.com', 'as it is'],
      ['Taken@EXAMPLE.com', 'in other case'],
    ])('answers 409 to %s, written %s', async (email) => {
      await server.users.create({ username: 'has_the_address', email: 'taken@example.com' });
      const refused = await server.users.create({ username: someone().username, email });
      expectProblem(refused, 409, 'email-taken');
    });

    it('leaves the user name free', async () => {
      const { username } = someone();
      const taken = someone();
      await server.users.create(taken);
      expectProblem(
        await server.users.create({ username, email: taken.email }),
        409,
        'email-taken',
      );
      const { status } = await server.users.create({ username, email: someone().email });
      expect(status).toBe(201);
    });
  });

  it('names the user name first when both are taken, by one user or by two', async () => {
    const [first, second] = [someone(), someone()];
    await server.users.create(first);
    await server.users.create(second);
    expectProblem(await server.users.create(first), 409, 'username-taken');
    const both = { username: first.username, email: second.email };
    expectProblem(await server.users.create(both), 409, 'username-taken');
  });

  it.each<[string, unknown, string[]]>([
    ['nothing', {}, ['username', 'email']],
    ['no user name', { email: 'a@example.com' }, ['username']],
    ['null', { username: null, email: null }, ['username', 'email']],
    ['a number as user name', { username: 12345, email: 'a@example.com' }, ['username']],
    ['a list as user name', { username: ['abc'], email: 'a@example.com' }, ['username']],
    ['an object as address', { username: 'abc', email: { at: 'x' } }, ['email']],
    ['a user name of two letters', { username: 'ab', email: 'a@example.com' }, ['username']],
    [
      'a user name of 33 letters',
      { username: 'a'.repeat(33), email: 'a@example.com' },
      ['username'],
    ],
    ['a user name with a space', { username: 'a b c', email: 'a@example.com' }, ['username']],
    ['a user name with a line break', { username: 'abc\n', email: 'a@example.com' }, ['username']],
    ['a user name beyond ASCII', { username: 'jürgen', email: 'a@example.com' }, ['username']],
    ['a user name that begins with a digit', { username: '1abc', email: 'a@b.co' }, ['username']],
    ['no address', { username: 'abc', email: 'not an address' }, ['email']],
    ['an address with NUL', { username: 'abc', email: 'a\u0000@example.com' }, ['email']],
    ['an address with half a letter', { username: 'abc', email: 'a\ud800@b.co' }, ['email']],
    ['an overlong address', { username: 'abc', email: `a@${'b'.repeat(250)}.com` }, ['email']],
    ['an unknown field', { username: 'abc', email: 'a@b.co', admin: true }, ['admin']],
    ['an id', { username: 'abc', email: 'a@b.co', id: randomUUID() }, ['id']],
  ])('refuses %s, field by field', async (_, body, fields) => {
    const before = await headPosition();
    const problem = expectProblem(await server.http.post(USERS, body), 400, 'validation-failed');
    expect(problem.errors?.map(({ field }) => field)).toEqual(fields);
    expect(await headPosition()).toBe(before);
  });

  it.each<[string, string, Record<string, string>, number, string]>([
    ['malformed JSON', '{"username":', {}, 400, 'malformed-json'],
    ['an empty body', '', { 'content-type': 'application/json' }, 400, 'malformed-json'],
    ['a list', '[]', {}, 400, 'validation-failed'],
    ['a text', '"john_doe"', {}, 400, 'validation-failed'],
    ['null', 'null', {}, 400, 'validation-failed'],
    ['a poisoned prototype', '{"__proto__":{"x":1}}', {}, 400, 'malformed-json'],
    [
      'another type',
      'username=abc',
      { 'content-type': 'text/plain' },
      415,
      'unsupported-media-type',
    ],
    ['2 MiB', JSON.stringify({ username: 'x'.repeat(2 ** 21) }), {}, 413, 'body-too-large'],
  ])('refuses %s as a body', async (_, body, headers, status, code) => {
    const before = await headPosition();
    expectProblem(await server.http.post(USERS, body, headers), status, code);
    expect(await headPosition()).toBe(before);
  });

  it('refuses a request without a body', async () => {
    const answer = await server.http.post(USERS, undefined);
    expectProblem(answer, 400, 'validation-failed');
  });

  it.each([
    ['PUT', USERS],
    ['DELETE', USERS],
    ['GET', '/api/v1/user'],
    ['GET', '/api/v2/users'],
    ['GET', '/users'],
    ['GET', `${USERS}/`],
    ['PUT', `${USERS}/0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3c`],
  ])('has no route %s %s', async (method, path) => {
    const response = await fetch(new URL(path, server.http.url), { method });
    const body: unknown = await response.json();
    const { headers, status } = response;
    expect(expectProblem({ status, headers, body }, 404, 'route-not-found').instance).toBe(path);
  });
});
