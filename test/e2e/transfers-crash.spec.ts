import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../support/async.js';
import { BuiltServer } from '../support/built-server.js';
import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';
import { loggedEvents, misplacedEvents } from '../support/logged-events.js';
import { MoneyAudit } from '../support/money-audit.js';
import { SeededRandom } from '../support/processes/seeded-random.mjs';
import { someone } from '../support/users-api.js';

const KILLS = 3;
const TRANSFERS_PER_KILL = 8;
const LONGEST_LOAD_MS = 400;
const RICH = 1_000_000;
const TIMEOUT_MS = 120_000;

describe.each(DATABASE_KINDS)(
  'A server that is killed in the middle of transfers, on %s,',
  (kind) => {
    let database: TestDatabase;
    let server: BuiltServer;

    beforeAll(async () => {
      database = await createDatabase(kind);
      server = await BuiltServer.start(database);
    });

    afterAll(async () => {
      await server.kill();
      await database.drop();
    });

    async function customer(): Promise<{ readonly account: string; readonly email: string }> {
      const { body: user } = await server.users.create(someone());
      let account: string | undefined;
      await until(async () => {
        const { body } = await server.accounts.list({ owner: user.id });
        account = body.items.at(0)?.id;
        return account !== undefined;
      });
      return { account: account ?? '', email: user.email };
    }

    it(
      'ends every transfer after its restart, keeps every cent, and writes one mail for each',
      async () => {
        const random = new SeededRandom(7);
        const [ann, ben] = [await customer(), await customer()];
        const { body: dollars } = await server.accounts.open(ann.account, 'USD');
        await server.accounts.deposit(ann.account, RICH);
        await server.accounts.deposit(ben.account, RICH);
        const requested: string[] = [];
        for (let kill = 1; kill <= KILLS; kill += 1) {
          const requests = Array.from({ length: TRANSFERS_PER_KILL }, async (_, nr) => {
            const [from, to] = nr % 2 === 0 ? [ann, ben] : [ben, ann];
            const payee = nr % 4 === 3 ? dollars.id : to.account;
            const transfer = { from: from.account, to: payee, amount: 1 + nr };
            const answer = await server.transfers.request(transfer);
            if (answer.status === 201) requested.push(answer.body.id);
          });
          await Promise.all(requests);
          await delay(random.next() * LONGEST_LOAD_MS);
          await server.kill();
          server = await BuiltServer.start(database);
        }
        expect(requested).toHaveLength(KILLS * TRANSFERS_PER_KILL);
        const ended = await Promise.all(requested.map((id) => server.transfers.ended(id)));
        expect(new Set(ended.map(({ status }) => status))).toEqual(
          new Set(['completed', 'refunded']),
        );

        const events = await loggedEvents(database);
        const { violations, pending } = new MoneyAudit(events);
        expect([...misplacedEvents(events), ...violations, ...pending]).toEqual([]);
        const { body: accounts } = await server.accounts.list();
        const sum = accounts.items.reduce((total, { balance }) => total + balance, 0);
        expect(sum).toBe(2 * RICH);
        for (const { balance, available } of accounts.items) expect(available).toBe(balance);

        await until(async () => (await mails()).length >= requested.length, 'all mail is there');
        const mailed = (await mails()).map((mail) => /^Transfer: +(\S+)/m.exec(mail)?.[1]);
        expect(mailed.sort()).toEqual([...requested].sort());
        expect(/ERROR[^]{0,500}/.exec(server.output)?.[0]).toBeUndefined();
      },
      TIMEOUT_MS,
    );

    async function mails(): Promise<string[]> {
      const names = await readdir(database.outbox).catch(() => []);
      const letters = names.filter((name) => name.endsWith('.eml'));
      return Promise.all(letters.map((name) => readFile(join(database.outbox, name), 'utf8')));
    }
  },
);
