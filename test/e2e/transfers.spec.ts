import { randomUUID } from 'node:crypto';
import { v7 } from 'uuid';
import type { AccountBody } from '../support/accounts-api.js';
import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import { loggedEvents } from '../support/logged-events.js';
import { MoneyAudit } from '../support/money-audit.js';
import { startServer, type TestServer } from '../support/server.js';
import { TRANSFERS, type TransferWithStepsBody } from '../support/transfers-api.js';

const MOST = 1_000_000_000_000_000;

describe.each(DATABASE_KINDS)('A transfer, on %s,', (kind) => {
  let database: TestDatabase;
  let server: TestServer;

  beforeAll(async () => {
    database = await createDatabase(kind);
    server = await startServer(database);
  });

  afterAll(async () => {
    const audit = new MoneyAudit(await loggedEvents(database));
    expect({ violations: audit.violations, pending: audit.pending }).toEqual({
      violations: [],
      pending: [],
    });
    await server.close();
    await database.drop();
  });

  /** An account that holds so much. */
  const accountWith = async (amount: number, currency = 'EUR'): Promise<AccountBody> => {
    const { body } = await server.accounts.open(v7(), currency);
    if (amount === 0) return body;
    return (await server.accounts.deposit(body.id, { amount, currency })).body;
  };

  const balancesOf = async (
    ...accounts: readonly { readonly id: string }[]
  ): Promise<number[][]> => {
    const found = await Promise.all(accounts.map(({ id }) => server.accounts.find(id)));
    return found.map(({ body: { balance, available } }) => [balance, available]);
  };

  const transferOf = async (
    amount: number,
    from: { readonly id: string },
    to: { readonly id: string },
    currency = 'EUR',
  ): Promise<TransferWithStepsBody> => {
    const request = { from: from.id, to: to.id, amount, currency };
    const { status, body } = await server.transfers.request(request);
    expect(status).toBe(201);
    return server.transfers.ended(body.id);
  };

  const kindsOf = ({ steps }: TransferWithStepsBody): string[] => steps.map((step) => step.kind);

  it('is requested, and is where Location says', async () => {
    const [payer, payee] = [await accountWith(100), await accountWith(0)];
    const request = { from: payer.id, to: payee.id, amount: 30, description: 'Rent for May' };
    const { status, headers, body } = await server.transfers.request(request);
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`${TRANSFERS}/${body.id}`);
    expect(body).toEqual({
      id: expect.any(String) as string,
      ...request,
      currency: 'EUR',
      status: 'pending',
      reasonCode: null,
      reason: null,
      requestedAt: expect.any(String) as string,
      expiresAt: expect.any(String) as string,
    });
    expect(Date.parse(body.expiresAt) - Date.parse(body.requestedAt)).toBe(60_000);
    const ended = await server.transfers.ended(body.id);
    expect(ended).toEqual({ ...body, status: 'completed', steps: ended.steps });
  });

  it('moves money, step by step, and is on both statements', async () => {
    const [payer, payee] = [await accountWith(100), await accountWith(5)];
    const transfer = await transferOf(30, payer, payee);
    expect(transfer.steps.map((step) => [step.kind, step.accountId])).toEqual([
      ['requested', null],
      ['reserved', payer.id],
      ['credited', payee.id],
      ['captured', payer.id],
      ['completed', null],
    ]);
    for (const { time, reasonCode, reason } of transfer.steps) {
      expect(new Date(time).toISOString()).toBe(time);
      expect({ reasonCode, reason }).toEqual({ reasonCode: null, reason: null });
    }
    expect(await balancesOf(payer, payee)).toEqual([
      [70, 70],
      [35, 35],
    ]);
    const statements = await Promise.all(
      [payer, payee].map(({ id }) => server.accounts.statement(id)),
    );
    expect(statements.map(({ body }) => body.items.at(-1))).toMatchObject([
      { kind: 'capture', amount: 30, balance: 70, transferId: transfer.id },
      { kind: 'deposit', amount: 30, balance: 35, transferId: transfer.id },
    ]);
  });

  describe('is refunded when the account that is paid', () => {
    it.each<[string, string, () => Promise<{ readonly id: string }>]>([
      [
        'is closed',
        'account-closed',
        async () => {
          const payee = await accountWith(0);
          await server.accounts.close(payee.id);
          return payee;
        },
      ],
      ['has another currency', 'currency-mismatch', () => accountWith(0, 'USD')],
      ['is unknown', 'account-not-found', () => Promise.resolve({ id: v7() })],
      ['can hold no more', 'balance-limit', () => accountWith(MOST)],
    ])('%s, with the reason', async (_, code, open) => {
      const [payer, payee] = [await accountWith(100), await open()];
      const transfer = await transferOf(30, payer, payee);
      expect(transfer).toMatchObject({ status: 'refunded', reasonCode: code });
      expect(transfer.reason).toMatch(/\S+ \S+/);
      expect(kindsOf(transfer)).toEqual(['requested', 'reserved', 'released', 'refunded']);
      const { reasonCode, reason } = transfer;
      expect(transfer.steps.at(-1)).toMatchObject({ reasonCode, reason });
      expect(await balancesOf(payer)).toEqual([[100, 100]]);
    });
  });

  describe('fails when the account that pays', () => {
    it.each<[string, string, () => Promise<{ readonly id: string }>]>([
      ['has less', 'insufficient-funds', () => accountWith(29)],
      ['has another currency', 'currency-mismatch', () => accountWith(100, 'USD')],
      ['is unknown', 'account-not-found', () => Promise.resolve({ id: v7() })],
      [
        'is closed',
        'account-closed',
        async () => {
          const payer = await accountWith(0);
          await server.accounts.close(payer.id);
          return payer;
        },
      ],
    ])('%s, with the reason', async (_, code, open) => {
      const [payer, payee] = [await open(), await accountWith(0)];
      const transfer = await transferOf(30, payer, payee);
      expect(transfer).toMatchObject({ status: 'failed', reasonCode: code });
      expect(kindsOf(transfer)).toEqual(['requested', 'failed']);
      expect(await balancesOf(payee)).toEqual([[0, 0]]);
    });
  });

  it('keeps what it has set aside from being spent, and its account from being closed', async () => {
    const [payer, payee] = [await accountWith(30), await accountWith(0)];
    const transfers = await Promise.all(
      Array.from({ length: 5 }, () => transferOf(10, payer, payee)),
    );
    expect(transfers.map(({ status }) => status).sort()).toEqual([
      'completed',
      'completed',
      'completed',
      'failed',
      'failed',
    ]);
    expect(await balancesOf(payer, payee)).toEqual([
      [0, 0],
      [30, 30],
    ]);
  });

  it('in both directions at once leaves what there was', async () => {
    const [one, other] = [await accountWith(100), await accountWith(100)];
    const transfers = await Promise.all(
      Array.from({ length: 10 }, (_, nr) =>
        nr % 2 === 0 ? transferOf(7, one, other) : transferOf(7, other, one),
      ),
    );
    expect(new Set(transfers.map(({ status }) => status))).toEqual(new Set(['completed']));
    expect(await balancesOf(one, other)).toEqual([
      [100, 100],
      [100, 100],
    ]);
  });

  describe('that is requested again', () => {
    it('with the same Idempotency-Key is the same one, also at once', async () => {
      const [payer, payee] = [await accountWith(100), await accountWith(0)];
      const headers = { 'idempotency-key': randomUUID() };
      const request = { from: payer.id, to: payee.id, amount: 10 };
      const send = () => server.transfers.request(request, headers);
      const answers = await Promise.all(Array.from({ length: 10 }, send));
      await server.transfers.ended(answers[0].body.id);
      answers.push(await send());
      for (const { status, body } of answers) {
        expect(status).toBe(201);
        expect(body).toEqual(answers[0].body);
      }
      expect(await balancesOf(payer, payee)).toEqual([
        [90, 90],
        [10, 10],
      ]);
    });

    it('with the same key and other data is refused', async () => {
      const [payer, payee] = [await accountWith(100), await accountWith(0)];
      const headers = { 'idempotency-key': randomUUID() };
      const request = { from: payer.id, to: payee.id, amount: 10 };
      const { body } = await server.transfers.request(request, headers);
      for (const other of [
        { ...request, amount: 11 },
        { ...request, from: payee.id, to: payer.id },
        { ...request, description: 'x' },
      ]) {
        const answer = await server.transfers.request(other, headers);
        expectProblem(answer, 422, 'idempotency-key-reused');
      }
      await server.transfers.ended(body.id);
      expect(await balancesOf(payee)).toEqual([[10, 10]]);
    });

    it('without a key is another one', async () => {
      const [payer, payee] = [await accountWith(100), await accountWith(0)];
      const [first, second] = [
        await transferOf(10, payer, payee),
        await transferOf(10, payer, payee),
      ];
      expect(second.id).not.toBe(first.id);
      expect(await balancesOf(payee)).toEqual([[20, 20]]);
    });

    it('is refused with a key that is none', async () => {
      const request = { from: v7(), to: v7(), amount: 10 };
      const answer = await server.transfers.request(request, { 'idempotency-key': '' });
      expectProblem(answer, 400, 'invalid-idempotency-key');
    });
  });

  it('from an account to itself is refused, in whatever letters', async () => {
    const id = v7();
    for (const to of [id, id.toUpperCase()]) {
      const answer = await server.transfers.request({ from: id, to, amount: 1 });
      expectProblem(answer, 422, 'same-account');
    }
  });

  it.each<[string, object, string[]]>([
    ['nothing', {}, ['from', 'to', 'amount', 'currency']],
    ['a name as account', { from: 'john' }, ['from']],
    ['no account', { to: undefined }, ['to']],
    ['null as account', { to: null }, ['to']],
    ['no amount', { amount: undefined }, ['amount']],
    ['zero', { amount: 0 }, ['amount']],
    ['less than nothing', { amount: -1 }, ['amount']],
    ['half a cent', { amount: 0.5 }, ['amount']],
    ['too much', { amount: MOST + 1 }, ['amount']],
    ['a currency that is none', { currency: 'euro' }, ['currency']],
    ['an empty description', { description: '' }, ['description']],
    ['two lines', { description: 'a\nb' }, ['description']],
    ['a status', { status: 'completed' }, ['status']],
    ['an id', { id: v7() }, ['id']],
  ])('is refused with %s, field by field', async (name, change, fields) => {
    const good = { from: v7(), to: v7(), amount: 1, currency: 'EUR' };
    const body = name === 'nothing' ? {} : { ...good, ...change };
    const answer = await server.http.post(TRANSFERS, body);
    const { errors } = expectProblem(answer, 400, 'validation-failed');
    expect(errors?.map(({ field }) => field)).toEqual(fields);
  });

  it('that does not exist is a 404, and one without a UUID a 400', async () => {
    expectProblem(await server.transfers.find(v7()), 404, 'transfer-not-found');
    expectProblem(await server.transfers.find('1'), 400, 'validation-failed');
  });

  it('is found by its id in capitals', async () => {
    const [payer, payee] = [await accountWith(10), await accountWith(0)];
    const transfer = await transferOf(10, payer, payee);
    expect((await server.transfers.find(transfer.id.toUpperCase())).body).toEqual(transfer);
  });
});
