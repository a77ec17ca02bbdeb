import { randomUUID } from 'node:crypto';
import { v7 } from 'uuid';
import { ACCOUNTS, type AccountBody } from '../support/accounts-api.js';
import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import type { Answer } from '../support/http-client.js';
import { startServer, type TestServer } from '../support/server.js';

const MAX = 1_000_000_000_000_000;

describe.each(DATABASE_KINDS)('Money, on %s,', (kind) => {
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

  /** An account that holds so much, at revision 2. */
  const accountWith = async (amount: number): Promise<AccountBody> => {
    const { id } = (await server.accounts.open(v7())).body;
    return (await server.accounts.deposit(id, amount)).body;
  };

  it('comes to an account, which is the answer', async () => {
    const { body: account } = await server.accounts.open(v7());
    const { status, headers, body } = await server.accounts.deposit(account.id, {
      amount: 12_550,
      currency: 'EUR',
      description: 'Salary for May',
    });
    expect(status).toBe(200);
    expect(headers.get('etag')).toBe('"2"');
    expect(body).toEqual({ ...account, balance: 12_550, available: 12_550, revision: 2 });
    expect((await server.accounts.find(account.id)).body).toEqual(body);
  });

  it('goes from an account, which is the answer', async () => {
    const account = await accountWith(100);
    const { status, headers, body } = await server.accounts.withdraw(account.id, 30);
    expect(status).toBe(200);
    expect(headers.get('etag')).toBe('"3"');
    expect(body).toEqual({ ...account, balance: 70, available: 70, revision: 3 });
  });

  it('goes only if it is there', async () => {
    const account = await accountWith(100);
    expectProblem(await server.accounts.withdraw(account.id, 101), 409, 'insufficient-funds');
    expect((await server.accounts.find(account.id)).body).toEqual(account);
    expect((await server.accounts.withdraw(account.id, 100)).body.balance).toBe(0);
  });

  it('comes only as long as an account can hold it', async () => {
    const { id } = await accountWith(MAX);
    expectProblem(await server.accounts.deposit(id, 1), 409, 'balance-limit');
    expect((await server.accounts.withdraw(id, MAX)).body.balance).toBe(0);
  });

  it('of another currency neither comes nor goes', async () => {
    const { id } = await accountWith(100);
    const dollars = { amount: 1, currency: 'USD' };
    expectProblem(await server.accounts.deposit(id, dollars), 409, 'currency-mismatch');
    expectProblem(await server.accounts.withdraw(id, dollars), 409, 'currency-mismatch');
  });

  it('goes 50 times, of 100 times at once, from an account that has it 50 times', async () => {
    const { id } = await accountWith(50);
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        [server, other][index % 2].accounts.withdraw(id, 1, { 'idempotency-key': randomUUID() }),
      ),
    );
    const given = answers.filter(({ status }) => status === 200);
    // Who kept losing the race is told to try again, which is no refusal.
    const raced = answers.filter(({ status, body }) => status === 409 && isConflict(body));
    while (raced.length > 0) {
      raced.pop();
      const again = await server.accounts.withdraw(id, 1);
      if (again.status === 200) given.push(again);
    }
    expect(given).toHaveLength(50);
    const balances = given.map(({ body }) => body.balance).sort((a, b) => a - b);
    expect(balances).toEqual(Array.from({ length: 50 }, (_, index) => index));
    expect((await server.accounts.find(id)).body).toMatchObject({ balance: 0, revision: 52 });
    expectProblem(await server.accounts.withdraw(id, 1), 409, 'insufficient-funds');
  });

  describe.each(['deposit', 'withdraw'] as const)('that is to move (%s),', (move) => {
    const path = (id: string) =>
      `${ACCOUNTS}/${id}/${move === 'deposit' ? 'deposits' : 'withdrawals'}`;

    it('moves at the revision that If-Match names, and at no other', async () => {
      const { id } = await accountWith(100);
      for (const stale of ['"1"', '"3"']) {
        const answer = await server.accounts[move](id, 1, { 'if-match': stale });
        expectProblem(answer, 412, 'concurrency-conflict');
      }
      const bad = await server.accounts[move](id, 1, { 'if-match': 'W/"2"' });
      expectProblem(bad, 400, 'invalid-if-match');
      expect((await server.accounts[move](id, 1, { 'if-match': '"2"' })).status).toBe(200);
      expect((await server.accounts[move](id, 1, { 'if-match': '*' })).status).toBe(200);
    });

    it('moves once for one Idempotency-Key, however often it is sent', async () => {
      const { id } = await accountWith(100);
      const key = randomUUID();
      const send = (to = server) => to.accounts[move](id, 60, { 'idempotency-key': key });
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => send([server, other][index % 2])),
      );
      await server.accounts.deposit(id, 1);
      answers.push(await send());
      const [first] = answers.map(essenceOf);
      expect(first).toMatchObject({
        status: 200,
        etag: '"3"',
        body: { balance: move === 'deposit' ? 160 : 40 },
      });
      expect(answers.map(essenceOf)).toEqual(answers.map(() => first));
      expect((await server.accounts.find(id)).body.revision).toBe(4);
    });

    it('gets the first answer to the same key at another revision by then', async () => {
      const { id } = await accountWith(100);
      const headers = { 'idempotency-key': randomUUID(), 'if-match': '"2"' };
      const first = await server.accounts[move](id, 60, headers);
      expect(essenceOf(await server.accounts[move](id, 60, headers))).toEqual(essenceOf(first));
    });

    it('is refused under the key of another request', async () => {
      const [{ id }, { id: otherId }] = [await accountWith(100), await accountWith(100)];
      const headers = { 'idempotency-key': randomUUID() };
      await server.accounts[move](id, 1, headers);
      for (const answer of [
        await server.accounts[move](id, 2, headers),
        await server.accounts[move](otherId, 1, headers),
        await server.accounts[move](id, { amount: 1, currency: 'USD' }, headers),
        await server.accounts[move](id, { amount: 1, currency: 'EUR', description: 'x' }, headers),
      ]) {
        expectProblem(answer, 422, 'idempotency-key-reused');
      }
      expect((await server.accounts.find(id)).body.revision).toBe(3);
      expect((await server.accounts.find(otherId)).body.revision).toBe(2);
    });

    it('can share its key with another operation', async () => {
      const { id } = await accountWith(100);
      const headers = { 'idempotency-key': randomUUID() };
      expect((await server.accounts.deposit(id, 1, headers)).body.balance).toBe(101);
      expect((await server.accounts.withdraw(id, 1, headers)).body.balance).toBe(100);
    });

    it.each<[string, unknown, string[]]>([
      ['nothing', {}, ['amount', 'currency']],
      ['zero', { amount: 0, currency: 'EUR' }, ['amount']],
      ['less than nothing', { amount: -1, currency: 'EUR' }, ['amount']],
      ['half a cent', { amount: 0.5, currency: 'EUR' }, ['amount']],
      ['too much', { amount: MAX + 1, currency: 'EUR' }, ['amount']],
      ['a text', { amount: '1', currency: 'EUR' }, ['amount']],
      ['null', { amount: null, currency: 'EUR' }, ['amount']],
      ['no currency', { amount: 1 }, ['currency']],
      ['a wrong currency', { amount: 1, currency: 'euro' }, ['currency']],
      ['an empty description', { amount: 1, currency: 'EUR', description: '' }, ['description']],
      ['null as description', { amount: 1, currency: 'EUR', description: null }, ['description']],
      ['NUL', { amount: 1, currency: 'EUR', description: 'a\0b' }, ['description']],
      ['half a letter', { amount: 1, currency: 'EUR', description: '\ud800' }, ['description']],
      [
        'a long description',
        { amount: 1, currency: 'EUR', description: 'x'.repeat(141) },
        ['description'],
      ],
      ['a transfer', { amount: 1, currency: 'EUR', transferId: v7() }, ['transferId']],
    ])('is refused with %s, field by field', async (_, body, fields) => {
      const { id } = await accountWith(100);
      const answer = await server.http.post(path(id), body);
      const { errors } = expectProblem(answer, 400, 'validation-failed');
      expect(errors?.map(({ field }) => field)).toEqual(fields);
      expect((await server.accounts.find(id)).body.revision).toBe(2);
    });

    it.each<[string, string, number, string]>([
      ['half of it', '{"amount":', 400, 'malformed-json'],
      ['a text', '"1"', 400, 'validation-failed'],
      ['1e400', '{"amount":1e400,"currency":"EUR"}', 400, 'validation-failed'],
      ['a poisoned prototype', '{"__proto__":{"amount":1}}', 400, 'malformed-json'],
    ])('is refused with %s as JSON', async (_, body, status, code) => {
      const { id } = await accountWith(100);
      expectProblem(await server.http.post(path(id), body), status, code);
    });
  });
});

function isConflict(body: unknown): boolean {
  return (body as { code?: string }).code === 'concurrency-conflict';
}

/** What must be the same in two answers to one request. */
function essenceOf({ status, headers, body }: Answer<AccountBody>) {
  return { status, etag: headers.get('etag'), body };
}
