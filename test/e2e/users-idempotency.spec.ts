import { randomUUID } from 'node:crypto';
import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import type { Answer } from '../support/http-client.js';
import { startServer, type TestServer } from '../support/server.js';
import { type NewUser, someone, type UserBody } from '../support/users-api.js';

const AT_ONCE = 20;
const ROUNDS = 10;

describe.each(DATABASE_KINDS)('Creating a user with an Idempotency-Key, on %s,', (kind) => {
  let database: TestDatabase;
  let server: TestServer;
  let other: TestServer;

  beforeAll(async () => {
    database = await createDatabase(kind);
    server = await startServer(database);
    other = await startServer(database);
  });

  afterAll(async () => {
    await server.close();
    await other.close();
    await database.drop();
  });

  const create = (user: NewUser, key: string, by = server): Promise<Answer<UserBody>> =>
    by.users.create(user, { 'idempotency-key': key });

  const typesOf = async (id: string): Promise<string[]> =>
    (await server.users.history(id)).body.items.map(({ type }) => type);

  it('gives the first answer again', async () => {
    const [user, key] = [someone(), randomUUID()];
    const first = await create(user, key);
    const second = await create(user, key);
    expect(first.status).toBe(201);
    expect(essenceOf(second)).toEqual(essenceOf(first));
    expect(await typesOf(first.body.id)).toEqual(['user.created']);
  });

  it.each([1, 2])(
    `gives ${AT_ONCE} requests at once one answer, through %d server(s)`,
    async (n) => {
      const servers = [server, other].slice(0, n);
      for (let round = 1; round <= ROUNDS; round += 1) {
        const [user, key] = [someone(), randomUUID()];
        const answers = await Promise.all(
          Array.from({ length: AT_ONCE }, (_, index) => create(user, key, servers[index % n])),
        );
        const [first] = answers.map(essenceOf);
        expect(first).toMatchObject({ status: 201, body: user });
        expect(answers.map(essenceOf)).toEqual(answers.map(() => first));
        expect(await typesOf(answers[0].body.id)).toEqual(['user.created']);
      }
    },
  );

  it('gives the first answer even when the user has changed meanwhile', async () => {
    const [user, key] = [someone(), randomUUID()];
    const first = await create(user, key);
    await server.users.changeEmail(first.body.id, someone().email);
    await server.users.deactivate(first.body.id);
    expect(essenceOf(await create(user, key))).toEqual(essenceOf(first));
    expect((await server.users.find(first.body.id)).body).toMatchObject({
      status: 'deactivated',
      revision: 3,
    });
  });

  it('gives the first answer even when another user has the address by then', async () => {
    const [user, key] = [someone(), randomUUID()];
    const first = await create(user, key);
    await server.users.changeEmail(first.body.id, someone().email);
    await server.users.create({ username: someone().username, email: user.email });
    expect(essenceOf(await create(user, key))).toEqual(essenceOf(first));
  });

  it('refuses the key with other data', async () => {
    const [user, key] = [someone(), randomUUID()];
    const { body } = await create(user, key);
    for (const different of [
      { ...user, email: someone().email },
      { ...user, username: someone().username },
      { ...user, email: user.email.toUpperCase() },
      someone(),
    ]) {
      expectProblem(await create(different, key), 422, 'idempotency-key-reused');
    }
    expect((await server.users.find(body.id)).body).toEqual(body);
  });

  it('takes one of several requests at once whose data differ, and refuses the others', async () => {
    for (let round = 1; round <= ROUNDS; round += 1) {
      const [user, key] = [someone(), randomUUID()];
      const requests = [user, { ...user, email: someone().email }, someone(), someone()];
      const answers = await Promise.all(
        requests.map((data, index) => create(data, key, [server, other][index % 2])),
      );
      const created = answers.filter(({ status }) => status === 201);
      expect(created).toHaveLength(1);
      for (const answer of answers) {
        if (answer.status !== 201) expectProblem(answer, 422, 'idempotency-key-reused');
      }
      expect(await typesOf(created[0].body.id)).toEqual(['user.created']);
    }
  });

  it('can be tried again with the same key after a refusal', async () => {
    const [holder, user, key] = [someone(), someone(), randomUUID()];
    const { body } = await server.users.create(holder);
    const wanted = { username: user.username, email: holder.email };
    expectProblem(await create(wanted, key), 409, 'email-taken');
    expectProblem(await create(wanted, key), 409, 'email-taken');

    await server.users.changeEmail(body.id, someone().email);
    const created = await create(wanted, key);
    expect(created.status).toBe(201);
    expect(essenceOf(await create(wanted, key))).toEqual(essenceOf(created));
  });

  it('can be tried with other data after a refusal', async () => {
    const [holder, user, key] = [someone(), someone(), randomUUID()];
    await server.users.create(holder);
    expectProblem(await create({ ...user, email: holder.email }, key), 409, 'email-taken');
    expect((await create(user, key)).status).toBe(201);
  });

  it('takes different keys for different requests', async () => {
    const user = someone();
    const first = await create(user, randomUUID());
    expectProblem(await create(user, randomUUID()), 409, 'username-taken');
    const second = await create(someone(), randomUUID());
    expect(second.body.id).not.toBe(first.body.id);
  });

  it.each(['k', 'order 66, second try', 'x'.repeat(255), '../../etc', "'; DROP TABLE hub_events"])(
    'takes the key %s',
    async (key) => {
      const user = someone();
      const first = await create(user, key);
      expect(first.status).toBe(201);
      expect(essenceOf(await create(user, key))).toEqual(essenceOf(first));
    },
  );

  it.each(['', 'x'.repeat(256), 'schlüssel', 'a\tb'])('refuses the key "%s"', async (key) => {
    expectProblem(await create(someone(), key), 400, 'invalid-idempotency-key');
  });
});

/** What must be the same in two answers to one request. */
function essenceOf({ status, headers, body }: Answer<UserBody>) {
  return { status, location: headers.get('location'), etag: headers.get('etag'), body };
}
