import { randomUUID } from 'node:crypto';
import { Processors } from '../../src/event-sourcing/index.js';
import type { Answer } from '../support/http-client.js';
import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import { loggedEvents } from '../support/logged-events.js';
import { startServer, type TestServer } from '../support/server.js';
import { someone } from '../support/users-api.js';

const BALANCES = 'account-balances';

describe.each(DATABASE_KINDS)('The position of a command, on %s,', (kind) => {
  let database: TestDatabase;
  let server: TestServer;

  beforeEach(async () => {
    database = await createDatabase(kind);
    server = await startServer(database);
  });

  afterEach(async () => {
    await server.close();
    await database.drop();
  });

  const positionOf = ({ headers }: Answer): number => {
    const header = headers.get('hub-position');
    expect(header).toMatch(/^\d+$/);
    return Number(header);
  };

  const head = async (): Promise<number> => (await loggedEvents(database)).length;

  it('is that of the last event it stored, on every operation, also where there is no body', async () => {
    const { accounts } = server;
    const opened = await accounts.open(randomUUID());
    expect([opened.status, positionOf(opened)]).toEqual([201, 1]);
    const { id } = opened.body;
    expect(positionOf(await accounts.deposit(id, 500))).toBe(2);
    expect(positionOf(await accounts.withdraw(id, 500))).toBe(3);
    const closed = await accounts.close(id);
    expect([closed.status, positionOf(closed)]).toEqual([204, 4]);

    const user = await server.users.create(someone());
    expect(positionOf(user)).toBe(7);
    const changed = await server.users.changeEmail(user.body.id, someone().email);
    const gone = await server.users.deactivate(user.body.id);
    const events = await loggedEvents(database);
    const placeOf = (type: string): number | undefined =>
      events.find((event) => event.type === type)?.position;
    expect(positionOf(changed)).toBeGreaterThanOrEqual(Number(placeOf('user.email-changed')));
    expect([gone.status, positionOf(gone)]).toEqual([204, placeOf('user.deactivated')]);
  });

  it('is high enough for a repetition, and for what changes nothing', async () => {
    const { accounts, users } = server;
    const once = { 'idempotency-key': 'once' };
    const owner = randomUUID();
    const first = await accounts.open(owner, 'EUR', once);
    const { id } = first.body;
    const paid = await accounts.deposit(id, 100, { 'idempotency-key': 'paid' });
    await accounts.deposit(id, 1);
    await accounts.withdraw(id, 101);
    await accounts.close(id);
    const last = await head();
    // Its events are in the log: it can be told exactly, but need not be.
    expect(positionOf(await accounts.open(owner, 'EUR', once))).toBeGreaterThanOrEqual(1);
    const again = await accounts.deposit(id, 100, { 'idempotency-key': 'paid' });
    expect(again.body).toEqual(paid.body);
    expect(positionOf(again)).toBeGreaterThanOrEqual(positionOf(paid));
    expect(positionOf(await accounts.close(id))).toBe(last);

    const user = await users.create(someone());
    await users.deactivate(user.body.id);
    const nothingToDo = await users.deactivate(user.body.id);
    expect(nothingToDo.status).toBe(204);
    expect(positionOf(nothingToDo)).toBeGreaterThanOrEqual(7);
  });

  it('is on no answer that refuses something, nor on one that only reads', async () => {
    const { accounts } = server;
    const { id } = (await accounts.open(randomUUID())).body;
    const refused = await accounts.withdraw(id, 1);
    expectProblem(refused, 409, 'insufficient-funds');
    for (const answer of [refused, await accounts.find(id), await accounts.list()]) {
      expect(answer.headers.get('hub-position')).toBeNull();
    }
  });

  it('takes a list on which the change is, as parameter or header, whichever is higher', async () => {
    const { accounts, http } = server;
    const { id, owner } = (await accounts.open(randomUUID())).body;
    const balance = async (query: object, headers = {}): Promise<number> => {
      const parameters = new URLSearchParams({ owner, ...query }).toString();
      const path = `/api/v1/accounts?${parameters}`;
      const { body, status } = await http.get<{ items: { balance: number }[] }>(path, headers);
      expect(status).toBe(200);
      return body.items[0]?.balance;
    };
    for (let amount = 1; amount <= 20; amount += 1) {
      const position = String(positionOf(await accounts.deposit(id, 1)));
      const zero = { 'hub-after': '0' };
      expect(await balance({ after: position }, amount % 2 ? {} : zero)).toBe(amount);
      const next = String(positionOf(await accounts.deposit(id, 1)));
      expect(await balance(amount % 2 ? {} : { after: '0' }, { 'hub-after': next })).toBe(
        amount + 1,
      );
      await accounts.withdraw(id, 1);
    }
    const position = positionOf(await accounts.deposit(id, 7));
    const { body } = await accounts.statement(id, { after: position, limit: 200 });
    expect(body.items.at(-1)).toMatchObject({ position, amount: 7 });
  });

  it('is refused where it is no position, or ahead of the log', async () => {
    const { accounts, http, users } = server;
    const { id } = (await accounts.open(randomUUID())).body;
    for (const after of ['x', '-1', '1.5', '', '1e3', ' ']) {
      const listed = await users.list({ after });
      expectProblem(listed, 400, 'validation-failed');
      const headers = { 'hub-after': after };
      expectProblem(await http.get('/api/v1/users', headers), 400, 'validation-failed');
    }
    const startedAt = performance.now();
    const ahead = expectProblem(
      await accounts.statement(id, { after: 99 }),
      409,
      'position-ahead-of-log',
    );
    expectProblem(await accounts.list({ after: 2 }), 409, 'position-ahead-of-log');
    expectProblem(await users.list({ after: 2 }), 409, 'position-ahead-of-log');
    expect(performance.now() - startedAt).toBeLessThan(2_500);
    expect(ahead.detail).toContain('position 1, before 99');
    expect((await accounts.list({ after: 1 })).status).toBe(200);
    expectProblem(await accounts.find(id, { after: 1 }), 400, 'validation-failed');
  });

  it('is waited for no longer than 3 seconds; without it the list is up to date, and 0 takes it as it is', async () => {
    const { accounts, app } = server;
    const { id, owner } = (await accounts.open(randomUUID())).body;
    const before = positionOf(await accounts.deposit(id, 5));
    expect((await accounts.list({ owner, after: before })).body.items[0].balance).toBe(5);
    await app.get(Processors).pause(BALANCES);
    const behind = positionOf(await accounts.deposit(id, 5));

    const [refused, unasked] = await Promise.all([
      accounts.list({ owner, after: behind }),
      accounts.statement(id),
    ]);
    for (const answer of [refused, unasked]) {
      expectProblem(answer, 503, 'read-model-behind');
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    for (const after of [0, before]) {
      expect((await accounts.list({ owner, after })).body.items[0].balance).toBe(5);
    }

    const waiting = accounts.list({ owner, after: behind });
    await app.get(Processors).resume(BALANCES);
    expect((await waiting).body.items[0].balance).toBe(10);
  });
});
