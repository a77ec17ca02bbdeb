import { v7 } from 'uuid';
import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import { startServer, type TestServer } from '../support/server.js';
import { someone, type UserBody, USERS } from '../support/users-api.js';

describe.each(DATABASE_KINDS)('Changing a user, on %s,', (kind) => {
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

  const createSomeone = async (): Promise<UserBody> => (await server.users.create(someone())).body;

  const typesOf = async (id: string): Promise<string[]> =>
    (await server.users.history(id)).body.items.map(({ type }) => type);

  describe('to another address', () => {
    it('answers 200 with the changed user and its ETag', async () => {
      const user = await createSomeone();
      const { email } = someone();
      const { status, headers, body } = await server.users.changeEmail(user.id, email);
      expect(status).toBe(200);
      expect(headers.get('etag')).toBe('"2"');
      expect(body).toEqual({ ...user, email, revision: 2 });
      expect((await server.users.find(user.id)).body).toEqual(body);
    });

    it('takes the id in capitals', async () => {
      const user = await createSomeone();
      const { email } = someone();
      const { body } = await server.users.changeEmail(user.id.toUpperCase(), email);
      expect(body).toEqual({ ...user, email, revision: 2 });
      expect((await server.users.find(user.id.toUpperCase())).body).toEqual(body);
    });

    it('stores nothing when it is the present one', async () => {
      const user = await createSomeone();
      const { status, headers, body } = await server.users.changeEmail(user.id, user.email);
      expect(status).toBe(200);
      expect(headers.get('etag')).toBe('"1"');
      expect(body).toEqual(user);
      expect(await typesOf(user.id)).toEqual(['user.created']);
    });

    it('stores the new spelling of the present one', async () => {
      const user = await createSomeone();
      const email = user.email.toUpperCase();
      expect((await server.users.changeEmail(user.id, email)).body).toMatchObject({
        email,
        revision: 2,
      });
      const other = { username: someone().username, email: user.email };
      expectProblem(await server.users.create(other), 409, 'email-taken');
    });

    it('is refused when another user has it, in whatever case', async () => {
      const [user, other] = [await createSomeone(), await createSomeone()];
      for (const email of [other.email, other.email.toUpperCase()]) {
        expectProblem(await server.users.changeEmail(user.id, email), 409, 'email-taken');
      }
      expect((await server.users.find(user.id)).body).toEqual(user);
    });

    it('leaves the address of a refused change to its holder, and the old one taken', async () => {
      const [user, other] = [await createSomeone(), await createSomeone()];
      await server.users.changeEmail(user.id, other.email);
      const thief = { username: someone().username, email: user.email };
      expectProblem(await server.users.create(thief), 409, 'email-taken');
      expect((await server.users.find(other.id)).body).toEqual(other);
    });

    it('frees the old one for others, and then it cannot be had back', async () => {
      const [user, other] = [await createSomeone(), await createSomeone()];
      await server.users.changeEmail(user.id, someone().email);
      const { status, body } = await server.users.changeEmail(other.id, user.email);
      expect(status).toBe(200);
      expect(body.email).toBe(user.email);
      expectProblem(await server.users.changeEmail(user.id, user.email), 409, 'email-taken');
    });

    it('can be taken back as long as nobody else has it', async () => {
      const user = await createSomeone();
      await server.users.changeEmail(user.id, someone().email);
      const { body } = await server.users.changeEmail(user.id, user.email);
      expect(body).toEqual({ ...user, revision: 3 });
    });

    it('gives the address of a failed change to whoever asks for it next', async () => {
      const user = await createSomeone();
      const { email } = someone();
      const stale = await server.users.changeEmail(user.id, email, { 'if-match': '"7"' });
      expectProblem(stale, 412, 'concurrency-conflict');
      expect((await server.users.create({ username: someone().username, email })).status).toBe(201);
    });
  });

  describe('with If-Match', () => {
    it('goes through at the revision it names, and at * at any', async () => {
      const user = await createSomeone();
      const change = (ifMatch: string) =>
        server.users.changeEmail(user.id, someone().email, { 'if-match': ifMatch });
      expect((await change('"1"')).headers.get('etag')).toBe('"2"');
      expect((await change('"2"')).headers.get('etag')).toBe('"3"');
      expect((await change('*')).headers.get('etag')).toBe('"4"');
    });

    it.each(['"1"', '"0"', '"3"', '"999999999999999"'])(
      'answers 412 to %s when the user is at revision 2',
      async (ifMatch) => {
        const user = await createSomeone();
        const { body } = await server.users.changeEmail(user.id, someone().email);
        const headers = { 'if-match': ifMatch };
        const changed = await server.users.changeEmail(user.id, someone().email, headers);
        expectProblem(changed, 412, 'concurrency-conflict');
        const deactivated = await server.users.deactivate(user.id, headers);
        expectProblem(deactivated, 412, 'concurrency-conflict');
        expect((await server.users.find(user.id)).body).toEqual(body);
      },
    );

    it('answers 412 to a stale revision even when nothing would change', async () => {
      const user = await createSomeone();
      const stale = await server.users.changeEmail(user.id, user.email, { 'if-match': '"2"' });
      expectProblem(stale, 412, 'concurrency-conflict');
    });

    it.each(['1', 'W/"1"', '"1", "2"', '"one"', '""', '"-1"', '"1e3"', '"9999999999999999"', '"1'])(
      'answers 400 to %s',
      async (ifMatch) => {
        const user = await createSomeone();
        const headers = { 'if-match': ifMatch };
        const changed = await server.users.changeEmail(user.id, someone().email, headers);
        expectProblem(changed, 400, 'invalid-if-match');
        expectProblem(await server.users.deactivate(user.id, headers), 400, 'invalid-if-match');
        expect(await typesOf(user.id)).toEqual(['user.created']);
      },
    );
  });

  describe('by deactivating it', () => {
    it('answers 204 without a body, and the user stays to be seen', async () => {
      const user = await createSomeone();
      const { status, body } = await server.users.deactivate(user.id);
      expect(status).toBe(204);
      expect(body).toBeUndefined();
      const found = await server.users.find(user.id);
      expect(found.body).toEqual({ ...user, status: 'deactivated', revision: 2 });
      expect(found.headers.get('etag')).toBe('"2"');
    });

    it('is the same done twice', async () => {
      const user = await createSomeone();
      await server.users.deactivate(user.id);
      expect((await server.users.deactivate(user.id)).status).toBe(204);
      expect(await typesOf(user.id)).toEqual(['user.created', 'user.deactivated']);
    });

    it('is done at the revision that If-Match names', async () => {
      const user = await createSomeone();
      const { status } = await server.users.deactivate(user.id, { 'if-match': '"1"' });
      expect(status).toBe(204);
    });

    it('ends all changes of the address', async () => {
      const user = await createSomeone();
      await server.users.deactivate(user.id);
      for (const email of [someone().email, user.email]) {
        expectProblem(await server.users.changeEmail(user.id, email), 409, 'user-deactivated');
      }
    });

    it('keeps the user name and the address taken', async () => {
      const user = await createSomeone();
      await server.users.deactivate(user.id);
      const { username, email } = user;
      expectProblem(
        await server.users.create({ username, email: someone().email }),
        409,
        'username-taken',
      );
      expectProblem(
        await server.users.create({ username: someone().username, email }),
        409,
        'email-taken',
      );
    });
  });

  it('answers 404 for a user that does not exist', async () => {
    const id = v7();
    expectProblem(await server.users.changeEmail(id, someone().email), 404, 'user-not-found');
    expectProblem(await server.users.deactivate(id), 404, 'user-not-found');
    expectProblem(await server.users.find(id), 404, 'user-not-found');
    expectProblem(await server.users.history(id), 404, 'user-not-found');
  });

  it.each(['1', 'john_doe', '0190b3c4', '0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3', '%00', '..%2f..'])(
    'answers 400 to %s as an id',
    async (id) => {
      for (const answer of [
        await server.users.find(id),
        await server.users.changeEmail(id, someone().email),
        await server.users.deactivate(id),
        await server.users.history(id),
      ]) {
        const { errors } = expectProblem(answer, 400, 'validation-failed');
        expect(errors).toEqual([{ field: 'id', messages: ['id must be a UUID'] }]);
      }
    },
  );

  it.each<[string, unknown, string[]]>([
    ['no address', {}, ['email']],
    ['null', { email: null }, ['email']],
    ['a list', { email: ['a@example.com'] }, ['email']],
    ['rubbish', { email: 'nobody' }, ['email']],
    ['a user name', { email: 'a@example.com', username: 'abc' }, ['username']],
  ])('refuses a change to %s', async (_, body, fields) => {
    const user = await createSomeone();
    const answer = await server.http.patch(`${USERS}/${user.id}`, body);
    const { errors } = expectProblem(answer, 400, 'validation-failed');
    expect(errors?.map(({ field }) => field)).toEqual(fields);
    expect(await typesOf(user.id)).toEqual(['user.created']);
  });
});
