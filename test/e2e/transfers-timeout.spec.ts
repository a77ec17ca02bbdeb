import { v7 } from 'uuid';
import { Processors } from '../../src/event-sourcing/index.js';
import { until } from '../support/async.js';
import {
  createDatabase,
  DATABASE_KINDS,
  openDatabase,
  type TestDatabase,
} from '../support/databases.js';
import { loggedEvents } from '../support/logged-events.js';
import { MoneyAudit } from '../support/money-audit.js';
import { startServer, type TestServer } from '../support/server.js';
import type { TransferBody } from '../support/transfers-api.js';

const COMMANDS = 'saga-commands';
const SETTINGS = { TRANSFER_TIMEOUT_MS: '100' };

describe.each(DATABASE_KINDS)('A transfer whose time is over, on %s,', (kind) => {
  let database: TestDatabase;
  let server: TestServer;

  beforeEach(async () => {
    database = await createDatabase(kind);
    server = await startServer(database, SETTINGS);
  });

  afterEach(async () => {
    const { violations, pending } = new MoneyAudit(await loggedEvents(database));
    expect({ violations, pending }).toEqual({ violations: [], pending: [] });
    await server.close();
    await database.drop();
  });

  const processors = (): Processors => server.app.get(Processors);

  const account = async (amount: number): Promise<string> => {
    const { id } = (await server.accounts.open(v7())).body;
    if (amount > 0) await server.accounts.deposit(id, amount);
    return id;
  };

  const count = async (type: string): Promise<number> =>
    (await loggedEvents(database)).filter((event) => event.type === type).length;

  /** Requested while no commands are sent; the saga has answered that. */
  async function requestInSilence(from: string, to: string): Promise<TransferBody> {
    await processors().pause(COMMANDS);
    const { body } = await server.transfers.request({ from, to, amount: 30 });
    await until(async () => (await count('saga.stepped')) === 1, 'the debit is to be sent');
    return body;
  }

  const isOver = ({ expiresAt }: TransferBody) =>
    until(() => Date.now() > Date.parse(expiresAt), 'its time is over');

  it('before it is known whether there is money gives back what there was', async () => {
    const [payer, payee] = [await account(100), await account(0)];
    const transfer = await requestInSilence(payer, payee);
    await until(async () => (await count('saga.deadline-reached')) === 1, 'the deadline');
    await processors().resume(COMMANDS);
    const ended = await server.transfers.ended(transfer.id);
    expect(ended).toMatchObject({ status: 'refunded', reasonCode: 'timed-out' });
    expect(ended.steps.map((step) => step.kind)).toEqual([
      'requested',
      'reserved',
      'released',
      'refunded',
    ]);
    expect((await server.accounts.find(payer)).body).toMatchObject({
      balance: 100,
      available: 100,
    });
  });

  it('before it is known that there is none has failed', async () => {
    const transfer = await requestInSilence(await account(0), await account(0));
    await until(async () => (await count('saga.deadline-reached')) === 1, 'the deadline');
    await processors().resume(COMMANDS);
    const ended = await server.transfers.ended(transfer.id);
    expect(ended).toMatchObject({ status: 'failed', reasonCode: 'insufficient-funds' });
  });

  it('before the money has come is refunded: the account refuses it then', async () => {
    const [payer, payee] = [await account(100), await account(0)];
    const transfer = await requestInSilence(payer, payee);
    while ((await count('money.reserved')) === 0) await processors().runOnce(COMMANDS);
    await until(async () => (await count('saga.stepped')) >= 2, 'the credit is to be sent');
    await isOver(transfer);
    await processors().resume(COMMANDS);
    const ended = await server.transfers.ended(transfer.id);
    expect(ended).toMatchObject({ status: 'refunded', reasonCode: 'timed-out' });
    expect((await server.accounts.find(payer)).body).toMatchObject({
      balance: 100,
      available: 100,
    });
    expect((await server.accounts.find(payee)).body).toMatchObject({ balance: 0 });
  });

  it('hears of its deadline after a restart, once', async () => {
    const [payer, payee] = [await account(100), await account(0)];
    const transfer = await requestInSilence(payer, payee);
    await until(async () => (await deadlines()).length === 1, 'the deadline is kept');
    await server.close();
    await isOver(transfer);
    const servers = [await startServer(database, SETTINGS), await startServer(database, SETTINGS)];
    [server] = servers;
    await until(async () => (await count('saga.deadline-reached')) === 1, 'the deadline');
    await processors().resume(COMMANDS);
    expect(await server.transfers.ended(transfer.id)).toMatchObject({ reasonCode: 'timed-out' });
    await servers[1].close();
    expect(await count('saga.deadline-reached')).toBe(1);
    expect(await deadlines()).toEqual([]);
  });

  async function deadlines(): Promise<unknown[]> {
    const opened = await openDatabase(database);
    const rows = await opened.transactions.run((manager) =>
      manager.query<unknown[]>('SELECT * FROM hub_deadlines'),
    );
    await opened.close();
    return rows;
  }
});
