import { v7 } from 'uuid';
import { CommandBus } from '@nestjs/cqrs';
import { Money } from '../../src/common/money/money.value-object.js';
import {
  CaptureMoney,
  DepositMoney,
  ReleaseMoney,
  ReserveMoney,
} from '../../src/contexts/accounts/account.contract.js';
import { type AccountBody, ACCOUNTS, type LineBody } from '../support/accounts-api.js';
import {
  createDatabase,
  DATABASE_KINDS,
  openDatabase,
  type TestDatabase,
} from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import { startServer, type TestServer } from '../support/server.js';

describe.each(DATABASE_KINDS)('The lists of the accounts service, on %s:', (kind) => {
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

  const openAccounts = async (count: number, owner = v7()): Promise<AccountBody[]> => {
    const accounts: AccountBody[] = [];
    while (accounts.length < count) accounts.push((await server.accounts.open(owner)).body);
    return accounts;
  };

  const send = <R>(command: Parameters<CommandBus['execute']>[0]): Promise<R> =>
    server.app.get(CommandBus).execute(command);

  describe('the accounts', () => {
    it('are none at first', async () => {
      expect((await server.accounts.list()).body).toEqual({ items: [], nextCursor: null });
    });

    it('are there as they are, by the time of their opening', async () => {
      const [first, second, third] = await openAccounts(3);
      await server.accounts.deposit(first.id, 100);
      await server.accounts.withdraw(first.id, 30);
      await send(new ReserveMoney(first.id, v7(), new Money(20, 'EUR')));
      await server.accounts.close(second.id);
      const { items } = (await server.accounts.list()).body;
      expect(items).toEqual([
        { ...first, balance: 70, available: 50, revision: 4 },
        { ...second, status: 'closed', revision: 2 },
        third,
      ]);
      const found = await Promise.all(items.map(({ id }) => server.accounts.find(id)));
      expect(items).toEqual(found.map(({ body }) => body));
    });

    it('come in pages, and by owner', async () => {
      const owner = v7();
      const accounts = await openAccounts(2, owner);
      await openAccounts(2);
      accounts.push(...(await openAccounts(3, owner)));
      const pages: (readonly AccountBody[])[] = [];
      let cursor: string | null = null;
      do {
        const page = await server.accounts.list({ owner, limit: 2, ...(cursor && { cursor }) });
        pages.push(page.body.items);
        cursor = page.body.nextCursor;
      } while (cursor !== null);
      expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
      expect(pages.flat()).toEqual(accounts);
      expect((await server.accounts.list()).body.items).toHaveLength(7);
      const ofCapitals = await server.accounts.list({ owner: owner.toUpperCase() });
      expect(ofCapitals.body.items).toEqual(accounts);
      expect((await server.accounts.list({ owner: v7() })).body.items).toEqual([]);
    });

    it.each([
      'owner=',
      'owner=1',
      'owner[]=1',
      'limit=0',
      'limit=201',
      'status=open',
      'cursor[]=1',
    ])('are a 400 for ?%s', async (query) => {
      expectProblem(await server.http.get(`${ACCOUNTS}?${query}`), 400, 'validation-failed');
    });

    it('are a 400 for a cursor that is none', async () => {
      expectProblem(await server.accounts.list({ cursor: 'x' }), 400, 'invalid-cursor');
    });
  });

  describe('a statement', () => {
    it('is empty where no money has moved', async () => {
      const [{ id }] = await openAccounts(1);
      expect((await server.accounts.statement(id)).body).toEqual({ items: [], nextCursor: null });
    });

    it('has a line for each movement, with the balance after it', async () => {
      const [{ id }, other] = await openAccounts(2);
      const [out, back, incoming] = [v7(), v7(), v7()];
      await server.accounts.deposit(id, { amount: 100, currency: 'EUR', description: 'Salary' });
      await server.accounts.deposit(other.id, 7);
      await send(new ReserveMoney(id, out, new Money(20, 'EUR')));
      await send(new ReserveMoney(id, back, new Money(30, 'EUR')));
      await server.accounts.withdraw(id, 10);
      await send(new CaptureMoney(id, out, { description: 'Rent' }));
      await send(new ReleaseMoney(id, back));
      await send(new DepositMoney(id, new Money(5, 'EUR'), { transferId: incoming }));
      const { items } = (await server.accounts.statement(id)).body;
      expect(items.map(essenceOf)).toEqual([
        ['deposit', 100, 100, 'Salary', null],
        ['withdrawal', 10, 90, null, null],
        ['capture', 20, 70, 'Rent', out],
        ['deposit', 5, 75, null, incoming],
      ]);
      const positions = items.map(({ position }) => position);
      expect(positions).toEqual(positions.toSorted((a, b) => a - b));
      for (const { time } of items) expect(new Date(time).toISOString()).toBe(time);
      expect((await server.accounts.find(id)).body).toMatchObject({ balance: 75, available: 75 });
    });

    it('comes in pages', async () => {
      const [{ id }] = await openAccounts(1);
      for (let amount = 1; amount <= 5; amount += 1) await server.accounts.deposit(id, amount);
      const first = (await server.accounts.statement(id, { limit: 3 })).body;
      expect(first.items.map(({ amount }) => amount)).toEqual([1, 2, 3]);
      const cursor = first.nextCursor ?? '';
      const second = (await server.accounts.statement(id, { limit: 3, cursor })).body;
      expect(second.items.map(({ amount, balance }) => [amount, balance])).toEqual([
        [4, 10],
        [5, 15],
      ]);
      expect(second.nextCursor).toBeNull();
      expectProblem(await server.accounts.statement(id, { cursor: 'x' }), 400, 'invalid-cursor');
      expectProblem(await server.accounts.statement(id, { limit: 0 }), 400, 'validation-failed');
    });

    it('is complete for whoever has just moved money, through whichever server', async () => {
      const other = await startServer(database);
      const [{ id }] = await openAccounts(1);
      for (let count = 1; count <= 20; count += 1) {
        await server.accounts.deposit(id, 1);
        expect((await other.accounts.statement(id)).body.items).toHaveLength(count);
        expect((await other.accounts.list()).body.items).toMatchObject([{ balance: count }]);
      }
      await other.close();
    });
  });

  it('a log that is read again from its beginning gives the same lists', async () => {
    const accounts = await openAccounts(3);
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(
        accounts.flatMap(({ id }) => [
          server.accounts.deposit(id, 10 + round),
          server.accounts.withdraw(id, 3),
        ]),
      );
    }
    const before = await everything();
    await server.close();
    const opened = await openDatabase(database);
    await opened.transactions.run(async (manager) => {
      for (const table of ['account_balances', 'account_statement', 'hub_checkpoints']) {
        await manager.query(`DELETE FROM ${table}`);
      }
    });
    await opened.close();
    server = await startServer(database);
    expect(await everything()).toEqual(before);

    async function everything() {
      const { items } = (await server.accounts.list()).body;
      const lines: LineBody[] = [];
      for (const { id } of items) lines.push(...(await server.accounts.statement(id)).body.items);
      return { items, lines };
    }
  });
});

function essenceOf({ kind, amount, balance, description, transferId }: LineBody) {
  return [kind, amount, balance, description, transferId];
}
