import { randomUUID } from 'node:crypto';
import { v7 } from 'uuid';
import { until } from '../support/async.js';
import { type AccountBody, ACCOUNTS } from '../support/accounts-api.js';
import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import { startServer, type TestServer } from '../support/server.js';
import { someone } from '../support/users-api.js';

describe.each(DATABASE_KINDS)('An account, on %s,', (kind) => {
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

  const openOne = async (): Promise<AccountBody> => (await server.accounts.open(v7())).body;

  describe('that is opened', () => {
    it('is answered with 201, its place and its ETag', async () => {
      const owner = v7();
      const { status, headers, body } = await server.accounts.open(owner, 'CHF');
      expect(status).toBe(201);
      expect(headers.get('location')).toBe(`${ACCOUNTS}/${body.id}`);
      expect(headers.get('etag')).toBe('"1"');
      expect(body).toEqual({
        id: expect.any(String) as string,
        owner,
        currency: 'CHF',
        balance: 0,
        available: 0,
        status: 'open',
        revision: 1,
      });
      const found = await server.http.get(headers.get('location') ?? '');
      expect(found.body).toEqual(body);
      expect(found.headers.get('etag')).toBe('"1"');
    });

    it('takes the id of its owner in capitals', async () => {
      const owner = v7();
      const { body } = await server.accounts.open(owner.toUpperCase());
      expect(body.owner).toBe(owner);
    });

    it('is one of several of its owner', async () => {
      const owner = v7();
      const { body: first } = await server.accounts.open(owner);
      const { body: second } = await server.accounts.open(owner);
      expect(second.id).not.toBe(first.id);
    });

    it('is the same for the same Idempotency-Key, also at once', async () => {
      const [owner, key] = [v7(), randomUUID()];
      const open = () => server.accounts.open(owner, 'EUR', { 'idempotency-key': key });
      const answers = await Promise.all(Array.from({ length: 10 }, open));
      await server.accounts.deposit(answers[0].body.id, 5);
      answers.push(await open());
      for (const { status, headers, body } of answers) {
        expect(status).toBe(201);
        expect(headers.get('etag')).toBe('"1"');
        expect(body).toEqual(answers[0].body);
      }
      expect((await server.accounts.list({ owner })).body.items).toHaveLength(1);
      const other = await server.accounts.open(owner, 'USD', { 'idempotency-key': key });
      expectProblem(other, 422, 'idempotency-key-reused');
    });

    it.each<[string, unknown, string[]]>([
      ['nothing', {}, ['owner', 'currency']],
      ['no owner', { currency: 'EUR' }, ['owner']],
      ['a name as owner', { owner: 'john_doe', currency: 'EUR' }, ['owner']],
      ['null as owner', { owner: null, currency: 'EUR' }, ['owner']],
      ['no currency', { owner: v7() }, ['currency']],
      ['a small currency', { owner: v7(), currency: 'eur' }, ['currency']],
      ['a currency that is none', { owner: v7(), currency: 'ABC' }, ['currency']],
      ['a number as currency', { owner: v7(), currency: 978 }, ['currency']],
      ['a balance', { owner: v7(), currency: 'EUR', balance: 5 }, ['balance']],
      ['an id', { owner: v7(), currency: 'EUR', id: v7() }, ['id']],
      ['a list', [], ['owner', 'currency']],
    ])('is refused with %s, field by field', async (_, body, fields) => {
      const answer = await server.http.post(ACCOUNTS, body);
      const { errors } = expectProblem(answer, 400, 'validation-failed');
      if (!Array.isArray(body)) expect(errors?.map(({ field }) => field)).toEqual(fields);
    });

    it.each(['', 'x'.repeat(256), 'schlüssel'])('is refused with the key "%s"', async (key) => {
      const answer = await server.accounts.open(v7(), 'EUR', { 'idempotency-key': key });
      expectProblem(answer, 400, 'invalid-idempotency-key');
    });
  });

  describe('in the past', () => {
    let states: AccountBody[];
    let times: string[];

    beforeAll(async () => {
      const opened = await openOne();
      await atALaterMillisecond();
      const { body: full } = await server.accounts.deposit(opened.id, 700);
      await atALaterMillisecond();
      const { body: less } = await server.accounts.withdraw(opened.id, 200);
      states = [opened, full, less];
      const { items } = (await server.accounts.statement(opened.id)).body;
      times = items.map(({ time }) => time);
    });

    it.each([1, 2, 3])('is what it was after revision %d, with its ETag', async (revision) => {
      const { headers, body } = await server.accounts.find(states[0].id, { revision });
      expect(body).toEqual(states[revision - 1]);
      expect(headers.get('etag')).toBe(`"${revision}"`);
    });

    it('is what it was at a time', async () => {
      expect((await server.accounts.find(states[0].id, { at: times[0] })).body).toEqual(states[1]);
      expect((await server.accounts.find(states[0].id, { at: times[1] })).body).toEqual(states[2]);
    });

    it('is a 404 where it was not yet', async () => {
      const at = '2001-01-01T00:00:00Z';
      expectProblem(await server.accounts.find(states[0].id, { at }), 404, 'account-not-found');
      const revision = 4;
      expectProblem(
        await server.accounts.find(states[0].id, { revision }),
        404,
        'account-not-found',
      );
    });

    it.each<Record<string, string>>([{ revision: '0' }, { revision: 'one' }, { at: 'yesterday' }])(
      'is a 400 for %j',
      async (when) => {
        const answer = await server.accounts.find(states[0].id, when);
        expectProblem(answer, 400, 'validation-failed');
      },
    );
  });

  describe('that is closed', () => {
    it('is answered with 204, and stays to be seen', async () => {
      const account = await openOne();
      const { status, body } = await server.accounts.close(account.id);
      expect({ status, body }).toEqual({ status: 204, body: undefined });
      const found = await server.accounts.find(account.id);
      expect(found.body).toEqual({ ...account, status: 'closed', revision: 2 });
    });

    it('is the same closed twice', async () => {
      const { id } = await openOne();
      await server.accounts.close(id);
      expect((await server.accounts.close(id)).status).toBe(204);
      expect((await server.accounts.find(id)).body.revision).toBe(2);
    });

    it('is refused with money in it', async () => {
      const { id } = await openOne();
      await server.accounts.deposit(id, 1);
      expectProblem(await server.accounts.close(id), 409, 'account-not-empty');
      await server.accounts.withdraw(id, 1);
      expect((await server.accounts.close(id)).status).toBe(204);
    });

    it('is closed at the revision that If-Match names, and at no other', async () => {
      const { id } = await openOne();
      const stale = await server.accounts.close(id, { 'if-match': '"2"' });
      expectProblem(stale, 412, 'concurrency-conflict');
      expectProblem(await server.accounts.close(id, { 'if-match': '1' }), 400, 'invalid-if-match');
      expect((await server.accounts.close(id, { 'if-match': '"1"' })).status).toBe(204);
    });

    it('takes and gives no money', async () => {
      const { id } = await openOne();
      await server.accounts.close(id);
      expectProblem(await server.accounts.deposit(id, 1), 409, 'account-closed');
      expectProblem(await server.accounts.withdraw(id, 1), 409, 'account-closed');
    });
  });

  it('that does not exist is a 404', async () => {
    const id = v7();
    for (const answer of [
      await server.accounts.find(id),
      await server.accounts.statement(id),
      await server.accounts.deposit(id, 1),
      await server.accounts.withdraw(id, 1),
      await server.accounts.close(id),
    ]) {
      expectProblem(answer, 404, 'account-not-found');
    }
  });

  it('is not what a user is', async () => {
    const { id } = (await server.users.create(someone())).body;
    expectProblem(await server.accounts.find(id), 404, 'account-not-found');
  });

  it.each(['1', '0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3', '%00', '..%2f..'])(
    'with the id %s is a 400',
    async (id) => {
      for (const answer of [
        await server.accounts.find(id),
        await server.accounts.statement(id),
        await server.accounts.deposit(id, 1),
        await server.accounts.withdraw(id, 1),
        await server.accounts.close(id),
      ]) {
        const { errors } = expectProblem(answer, 400, 'validation-failed');
        expect(errors).toEqual([{ field: 'id', messages: ['id must be a UUID'] }]);
      }
    },
  );

  it('is found by its id in capitals', async () => {
    const account = await openOne();
    expect((await server.accounts.find(account.id.toUpperCase())).body).toEqual(account);
  });
});

/** Events of one millisecond have one time. */
async function atALaterMillisecond(): Promise<void> {
  const now = Date.now();
  await until(() => Date.now() > now + 1);
}
