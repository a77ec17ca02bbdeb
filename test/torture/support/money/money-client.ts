import { setTimeout as delay } from 'node:timers/promises';
import { Gate } from '../../../support/async.js';
import type { BuiltServer } from '../../../support/built-server.js';
import type { Answer } from '../../../support/http-client.js';
import type { SeededRandom } from '../../../support/processes/seeded-random.mjs';
import type { Outcome } from '../deed.js';
import type { KnownAccounts, MoneyBank } from './money-bank.js';
import type { MoneyDeed, MoneyWish } from './money-deed.js';

const FULL_SWING = 40;
const MOST = 3_000;
const SENT_TWICE_AT_ONCE = 0.15;
const CLOSES = 0.03;
const TRIES = 3;
const RETRY_AFTER_MS = 20;
/** Without pauses transfers would be asked for faster than they are done, and every one would be late. */
const LONGEST_PAUSE_MS = 250;

/** What the clients of a round share. */
export class MoneyCrowd {
  readonly deeds: MoneyDeed[] = [];
  /** Answers that must never be given, whatever is broken. */
  readonly scandals: string[] = [];
  readonly inFullSwing = new Gate();
  /** Set when the clients shall stop. */
  isOver = false;

  constructor(
    readonly bank: MoneyBank,
    readonly known: KnownAccounts,
    /** Begins every key of the round. */
    readonly name: string,
    /** An account that is there to be closed while money is on its way to it. */
    readonly fleeting?: string,
  ) {}
}

/** Puts money in, takes it out and sends it around, and repeats, under the same key, what was not answered. */
export class MoneyClient {
  private requests = 0;

  constructor(
    private readonly name: string,
    private readonly crowd: MoneyCrowd,
    private readonly random: SeededRandom,
  ) {}

  async run(): Promise<void> {
    while (!this.crowd.isOver) {
      if (this.random.next() < CLOSES) await this.close();
      const deed = await this.doSomething();
      this.crowd.deeds.push(deed);
      if (this.crowd.deeds.length >= FULL_SWING) this.crowd.inFullSwing.open();
      await delay(this.random.next() * LONGEST_PAUSE_MS);
    }
  }

  doSomething(): Promise<MoneyDeed> {
    return this.do(this.wish());
  }

  /** Puts so much into every account. */
  async fill(amount: number): Promise<MoneyDeed[]> {
    const { euros, dollars } = this.crowd.known;
    const deeds: MoneyDeed[] = [];
    for (const [currency, accounts] of [['EUR', euros] as const, ['USD', dollars] as const]) {
      for (const account of accounts) {
        deeds.push(await this.do({ kind: 'deposit', account, amount, currency }));
      }
    }
    return deeds;
  }

  /** Asks again for what nobody knows the outcome of, until it is known. */
  async settle(deed: MoneyDeed): Promise<MoneyDeed> {
    let settled = deed;
    while (settled.outcome === 'unknown') settled = await this.again(settled);
    return settled;
  }

  /** Asks for something, and again under the same key while it is not answered, a few times. */
  async do(wish: MoneyWish): Promise<MoneyDeed> {
    this.requests += 1;
    const key = `${this.crowd.name}-${this.name}-${this.requests}`;
    let deed: MoneyDeed = { key, wish, correlationIds: [], outcome: 'unknown', transferIds: [] };
    if (this.random.next() < SENT_TWICE_AT_ONCE) {
      const sent = [this.send(deed, `${key}-a`), this.send(deed, `${key}-b`)];
      const [one, other] = await Promise.all(sent);
      deed = together(one, other, outcomeOfBoth(one.outcome, other.outcome));
    }
    for (let nr = 1; nr <= TRIES && deed.outcome === 'unknown' && !this.crowd.isOver; nr += 1) {
      deed = await this.again(deed);
    }
    return deed;
  }

  /** Which is refused once there is money in it. */
  private async close(): Promise<void> {
    const { bank, fleeting } = this.crowd;
    if (!fleeting) return;
    await bank
      .anyServer(this.random)
      ?.accounts.close(fleeting)
      .catch(() => undefined);
  }

  private async again(deed: MoneyDeed): Promise<MoneyDeed> {
    const sent = await this.send(deed, `${deed.key}-${deed.correlationIds.length}`);
    return together(deed, sent, sent.outcome);
  }

  /** @returns the deed with this time alone */
  private async send({ key, wish }: MoneyDeed, correlationId: string): Promise<MoneyDeed> {
    const sent = { key, wish, correlationIds: [correlationId], transferIds: [] };
    const server = this.crowd.bank.anyServer(this.random);
    const headers = { 'idempotency-key': key, 'x-correlation-id': correlationId };
    const answer = server && (await ask(server, wish, headers).catch(() => undefined));
    const outcome = outcomeOf(answer);
    if (answer && isScandalous(answer)) {
      this.crowd.scandals.push(`${answer.status}: ${JSON.stringify(answer.body)}`);
    }
    if (outcome === 'unknown') await delay(RETRY_AFTER_MS);
    const isTransfer = outcome === 'acknowledged' && wish.kind === 'transfer';
    const { id } = isTransfer ? (answer?.body as { id: string }) : { id: '' };
    return { ...sent, outcome, transferIds: isTransfer ? [id] : [] };
  }

  private wish(): MoneyWish {
    const { random } = this;
    const { euros, dollars, closed, unknown } = this.crowd.known;
    const [accounts, currency] = random.next() < 0.8 ? [euros, 'EUR'] : [dollars, 'USD'];
    const amount = random.between(1, MOST);
    const account = random.pick(accounts);
    const die = random.next();
    if (die < 0.2) return { kind: 'deposit', account, amount, currency };
    if (die < 0.4) return { kind: 'withdraw', account, amount, currency };
    const { fleeting = unknown } = this.crowd;
    const unlikely = [...euros, ...dollars, closed, unknown, fleeting];
    const payees = [...accounts, ...accounts, ...accounts, ...unlikely];
    const to = random.pick(payees.filter((each) => each !== account));
    return { kind: 'transfer', from: account, to, amount, currency };
  }
}

function ask(
  { accounts, transfers }: BuiltServer,
  wish: MoneyWish,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const { amount, currency } = wish;
  switch (wish.kind) {
    case 'deposit':
      return accounts.deposit(wish.account, { amount, currency }, headers);
    case 'withdraw':
      return accounts.withdraw(wish.account, { amount, currency }, headers);
    case 'transfer':
      return transfers.request({ from: wish.from, to: wish.to, amount, currency }, headers);
  }
}

/** One deed of two deliveries. */
function together(one: MoneyDeed, other: MoneyDeed, outcome: Outcome): MoneyDeed {
  const correlationIds = [...one.correlationIds, ...other.correlationIds];
  const transferIds = [...one.transferIds, ...other.transferIds];
  return { ...one, correlationIds, transferIds, outcome };
}

/** Of two at once: while one was not answered, the refusal of the other is not the last word. */
function outcomeOfBoth(one: Outcome, other: Outcome): Outcome {
  const outcomes = [one, other];
  if (outcomes.includes('acknowledged')) return 'acknowledged';
  return outcomes.includes('unknown') ? 'unknown' : 'refused';
}

/** Nothing that is asked for here is malformed. */
function isScandalous({ status }: Answer): boolean {
  return status === 400 || (status >= 500 && status !== 503);
}

function outcomeOf(answer: Answer | undefined): Outcome {
  if (!answer || answer.status >= 500) return 'unknown';
  return answer.status < 300 ? 'acknowledged' : 'refused';
}
