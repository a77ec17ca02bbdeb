import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AccountBody, LineBody } from '../../../support/accounts-api.js';
import { until } from '../../../support/async.js';
import { BuiltServer } from '../../../support/built-server.js';
import type { TestDatabase } from '../../../support/databases.js';
import type { Answer } from '../../../support/http-client.js';
import { type LoggedEvent, loggedEvents } from '../../../support/logged-events.js';
import { MoneyAudit } from '../../../support/money-audit.js';
import type { SeededRandom } from '../../../support/processes/seeded-random.mjs';
import type { TransferWithStepsBody } from '../../../support/transfers-api.js';
import type { PageBody, Query } from '../../../support/users-api.js';
import { someone } from '../../../support/users-api.js';
import type { MoneyDeed } from './money-deed.js';
import type { MoneyAtRest } from './money-oracle.js';

/** Short, so that some transfers are late because their server is away. */
const ENVIRONMENT = { TRANSFER_TIMEOUT_MS: '5000' };
const PAGE = 200;

/** The accounts that clients know of. */
export interface KnownAccounts {
  readonly euros: readonly string[];
  readonly dollars: readonly string[];
  /** Takes no money any more. */
  readonly closed: string;
  /** Nobody's. */
  readonly unknown: string;
}

/** One log with accounts and transfers, and the servers on it. */
export class MoneyBank {
  readonly servers: BuiltServer[] = [];
  private readonly ready = new WeakSet<BuiltServer>();

  constructor(
    private readonly database: TestDatabase,
    private readonly instances: number,
  ) {}

  /** Every server that is not there is started, and ready. */
  async start(): Promise<void> {
    const missing = Array.from({ length: this.instances }, (_, nth) => nth).filter(
      (nth) => !this.servers.at(nth)?.isRunning,
    );
    await Promise.all(
      missing.map(async (nth) => {
        const server = this.spawn(nth);
        await server.ready();
        this.ready.add(server);
      }),
    );
  }

  /** A server that is on its way: it may be killed before it is ready. */
  spawn(nth: number): BuiltServer {
    this.servers[nth] = BuiltServer.spawn(this.database, ENVIRONMENT);
    return this.servers[nth];
  }

  async end(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.kill()));
    await this.database.drop();
  }

  /** One that takes requests; undefined when none does. */
  anyServer(random: SeededRandom): BuiltServer | undefined {
    const running = this.servers.filter((server) => server.isRunning && this.ready.has(server));
    return running.length > 0 ? random.pick(running) : undefined;
  }

  async openAccounts(): Promise<KnownAccounts> {
    const [{ users, accounts }] = this.servers;
    const customers = await Promise.all([1, 2, 3].map(() => users.create(someone())));
    const owners = customers.map(({ body }) => body.id);
    const euros = await Promise.all(owners.map((owner) => this.accountOf(owner)));
    const dollars = [await this.open('USD', owners[0]), await this.open('USD')];
    const closed = await this.open('EUR', owners[1]);
    await accounts.close(closed);
    return { euros: [...euros, await this.open('EUR')], dollars, closed, unknown: randomUUID() };
  }

  /** @param owner somebody who is no user, and gets no mail, where nobody is named */
  async open(currency: string, owner: string = randomUUID()): Promise<string> {
    const { status, body } = await this.servers[0].accounts.open(owner, currency);
    if (status !== 201) throw new Error(`An account could not be opened: ${status}`);
    return body.id;
  }

  events(): Promise<LoggedEvent[]> {
    return loggedEvents(this.database);
  }

  /** For whoever wonders why something does not happen. */
  async account(): Promise<string> {
    const { pending } = new MoneyAudit(await this.events());
    const [{ operations, output }] = this.servers;
    const processors = (await operations.processors()).body.items;
    const parked = (await operations.parked()).body.items;
    const printed = output.slice(-2_000);
    return JSON.stringify({ pending: pending.slice(0, 5), processors, parked, printed }, null, 2);
  }

  /** What a server shows, and what mail there is. */
  async atRest(
    deeds: readonly MoneyDeed[],
    random: SeededRandom,
  ): Promise<Omit<MoneyAtRest, 'events'>> {
    const { accounts, transfers } = random.pick(this.servers);
    const all = await everyPage<AccountBody>((query) => accounts.list(query));
    const statements = new Map<string, LineBody[]>();
    for (const { id } of all) {
      statements.set(id, await everyPage((query) => accounts.statement(id, query)));
    }
    const list = await everyPage<{ readonly id: string }>((query) => transfers.list(query));
    const found: TransferWithStepsBody[] = [];
    for (const { id } of list) found.push((await transfers.find(id)).body);
    return { deeds, accounts: all, statements, transfers: found, mailed: await this.mailed() };
  }

  /** The ids of the transfers that mails are about. */
  async mailed(): Promise<string[]> {
    const names = await readdir(this.database.outbox).catch(() => []);
    const mails = await Promise.all(
      names
        .filter((name) => name.endsWith('.eml'))
        .map((name) => readFile(join(this.database.outbox, name), 'utf8')),
    );
    return mails.map((mail) => /^Transfer: +(\S+)/m.exec(mail)?.[1] ?? 'nothing');
  }

  private async accountOf(owner: string): Promise<string> {
    const [{ accounts }] = this.servers;
    let id: string | undefined;
    await until(async () => {
      id = (await accounts.list({ owner })).body.items.at(0)?.id;
      return id !== undefined;
    });
    return id as string;
  }
}

async function everyPage<Item>(
  ask: (query: Query) => Promise<Answer<PageBody<Item>>>,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null | undefined;
  do {
    const query = { limit: PAGE, ...(cursor && { cursor }) };
    let page: PageBody<Item> | undefined;
    await until(async () => {
      const { status, body } = await ask(query);
      if (status === 200) page = body;
      return status === 200;
    });
    items.push(...(page?.items ?? []));
    cursor = page?.nextCursor;
  } while (cursor);
  return items;
}
