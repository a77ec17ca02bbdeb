import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { Processors } from '../../src/event-sourcing/index.js';
import { until } from '../support/async.js';
import {
  createDatabase,
  DATABASE_KINDS,
  openDatabase,
  type TestDatabase,
} from '../support/databases.js';
import { startServer, type TestServer } from '../support/server.js';
import { someone } from '../support/users-api.js';

const POLICY = 'mail-customer-when-transfer-ends';

describe.each(DATABASE_KINDS)('The mail about a transfer, on %s,', (kind) => {
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

  async function accountOfUser(email: string, amount: number): Promise<string> {
    const { body: user } = await server.users.create({ ...someone(), email });
    const owned = async () => (await server.accounts.list({ owner: user.id })).body.items;
    await until(async () => (await owned()).length > 0);
    const [{ id }] = await owned();
    await server.accounts.deposit(id, amount);
    return id;
  }

  async function pay(from: string, to: string): Promise<string> {
    const request = { from, to, amount: 1_050, description: 'Miete' };
    const { id } = (await server.transfers.request(request)).body;
    await server.transfers.ended(id);
    expect(await server.app.get(Processors).caughtUp(POLICY, 15_000)).toBe(true);
    return id;
  }

  async function mails(): Promise<string[]> {
    const names = await readdir(database.outbox).catch(() => []);
    return Promise.all(names.map((name) => readFile(join(database.outbox, name), 'utf8')));
  }

  it('goes to the address that the customer who pays has by then', async () => {
    const payer = await accountOfUser('jürgen@example.com', 2_000);
    const { owner } = (await server.accounts.find(payer)).body;
    await server.users.changeEmail(owner, 'juergen@example.org');
    const id = await pay(payer, (await server.accounts.open(v7())).body.id);
    const [mail, ...others] = await mails();
    expect(others).toEqual([]);
    expect(mail).toContain('To: juergen@example.org\r\n');
    expect(mail).toContain('Subject: Your transfer of 10.50 EUR has arrived\r\n');
    expect(mail).toContain(`Transfer:     ${id}\r\n`);
    expect(mail).toContain('For:          Miete\r\n');
  });

  it('says why the money is back', async () => {
    await pay(await accountOfUser('ann@example.com', 2_000), v7());
    const [mail] = await mails();
    expect(mail).toContain('Subject: Your transfer of 10.50 EUR was refunded\r\n');
    expect(mail).toContain('There is no account');
  });

  it('is written once, however often the event is delivered', async () => {
    await pay(await accountOfUser('ann@example.com', 2_000), v7());
    const before = await mails();
    await server.close();
    const opened = await openDatabase(database);
    await opened.transactions.run(async (manager) => {
      await manager.query(`UPDATE hub_checkpoints SET position = 0 WHERE name = '${POLICY}'`);
      // As if the process had been killed between the mail and the note that it is sent.
      await manager.query('DELETE FROM hub_effects');
    });
    await opened.close();
    server = await startServer(database);
    expect(await server.app.get(Processors).caughtUp(POLICY, 15_000)).toBe(true);
    expect(before).toHaveLength(1);
    expect(await mails()).toEqual(before);
  });

  it('is not written where nobody knows an address', async () => {
    const { id: stranger } = (await server.accounts.open(v7())).body;
    await server.accounts.deposit(stranger, 2_000);
    await pay(stranger, v7());
    await pay(v7(), stranger);
    expect(await mails()).toEqual([]);
  });
});
