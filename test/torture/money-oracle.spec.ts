import { until } from '../support/async.js';
import { createDatabase } from '../support/databases.js';
import { range } from '../support/effects.js';
import type { LoggedEvent } from '../support/logged-events.js';
import { MoneyAudit } from '../support/money-audit.js';
import { SeededRandom } from '../support/processes/seeded-random.mjs';
import { MoneyBank } from './support/money/money-bank.js';
import { MoneyClient, MoneyCrowd } from './support/money/money-client.js';
import type { MoneyDeed } from './support/money/money-deed.js';
import {
  type MoneyAtRest,
  transfersToMail,
  violationsAtRest,
} from './support/money/money-oracle.js';

const DEEDS = 60;

/** With one event left out, doubled or changed, and the positions and revisions as if that had been stored. */
function tampered(
  { events, ...evidence }: MoneyAtRest,
  isIt: (event: LoggedEvent) => boolean,
  become: (event: LoggedEvent) => readonly LoggedEvent[],
): MoneyAtRest {
  const nth = events.findIndex(isIt);
  if (nth < 0) throw new Error('There is no such event.');
  const others = [...events.slice(0, nth), ...become(events[nth]), ...events.slice(nth + 1)];
  const revisions = new Map<string, number>();
  return {
    ...evidence,
    events: others.map((event, index) => {
      const revision = (revisions.get(event.stream) ?? 0) + 1;
      revisions.set(event.stream, revision);
      return { ...event, position: index + 1, revision };
    }),
  };
}

const twice = (event: LoggedEvent): LoggedEvent[] => [event, { ...event, id: `${event.id} again` }];
const never = (): LoggedEvent[] => [];

describe('The oracle of money', () => {
  let honest: MoneyAtRest;

  beforeAll(async () => {
    const bank = new MoneyBank(await createDatabase('sqlite'), 1);
    try {
      await bank.start();
      const random = new SeededRandom(1);
      const known = await bank.openAccounts();
      const crowd = new MoneyCrowd(bank, known, 'o');
      const client = new MoneyClient('c', crowd, random);
      const deeds: MoneyDeed[] = await client.fill(10_000);
      for (const _ of range(1, DEEDS)) deeds.push(await client.doSomething());
      const [account, another] = known.euros;
      const tooMuch = { amount: 1_000_000, currency: 'EUR' };
      deeds.push(await client.do({ kind: 'withdraw', account, ...tooMuch }));
      deeds.push(await client.do({ kind: 'transfer', from: account, to: another, ...tooMuch }));
      await until(async () => new MoneyAudit(await bank.events()).pending.length === 0);
      const due = transfersToMail(await bank.events()).length;
      await until(async () => (await bank.mailed()).length === due);
      honest = { ...(await bank.atRest(deeds, random)), events: await bank.events() };
    } finally {
      await bank.end();
    }
  }, 60_000);

  const ofType = (type: string) => (event: LoggedEvent) => event.type === type;
  const isDeposit = ({ type, data }: LoggedEvent) =>
    type === 'money.deposited' && data.transferId === undefined;
  const isCredit = ({ type, data }: LoggedEvent) =>
    type === 'money.deposited' && data.transferId !== undefined;

  const changedDeed = (
    isIt: (deed: MoneyDeed) => boolean,
    change: Partial<MoneyDeed>,
  ): MoneyAtRest => {
    const nth = honest.deeds.findIndex(isIt);
    return { ...honest, deeds: honest.deeds.with(nth, { ...honest.deeds[nth], ...change }) };
  };

  it('finds nothing about a log of a server that nobody killed', () => {
    expect(violationsAtRest(honest)).toEqual([]);
    expect(new Set(honest.deeds.map(({ outcome }) => outcome))).toEqual(
      new Set(['acknowledged', 'refused']),
    );
    expect(new Set(honest.transfers.map(({ status }) => status))).toEqual(
      new Set(['completed', 'refunded', 'failed']),
    );
  });

  it.each<[what: string, finds: RegExp, tamper: () => MoneyAtRest]>([
    [
      'a capture that is lost',
      /in the end there are .* came from outside/,
      () => tampered(honest, ofType('money.captured'), never),
    ],
    [
      'a release that is lost',
      /is refunded after/,
      () => tampered(honest, ofType('money.released'), never),
    ],
    ['a deposit that is lost', /^is lost/m, () => tampered(honest, isDeposit, never)],
    [
      'a withdrawal that is lost',
      /^is lost/m,
      () => tampered(honest, ofType('money.withdrawn'), never),
    ],
    [
      'a deposit that is doubled',
      /took effect more than once/,
      () => tampered(honest, isDeposit, twice),
    ],
    [
      'a withdrawal that is doubled',
      /took effect more than once/,
      () => tampered(honest, ofType('money.withdrawn'), twice),
    ],
    ['a credit that is doubled', /is credited twice/, () => tampered(honest, isCredit, twice)],
    [
      'a capture that is doubled',
      /is captured twice/,
      () => tampered(honest, ofType('money.captured'), twice),
    ],
    [
      'a transfer that does not end',
      /does not end/,
      () => tampered(honest, ofType('transfer.completed'), never),
    ],
    [
      'a transfer that ends twice',
      /is completed and completed/,
      () => tampered(honest, ofType('transfer.completed'), twice),
    ],
    [
      'a deposit that nobody asked for',
      /was never asked for/,
      () => tampered(honest, isDeposit, (event) => [{ ...event, correlationId: 'nobody' }]),
    ],
    [
      'a deposit of another amount',
      /is another one/,
      () =>
        tampered(honest, isDeposit, (event) => [
          {
            ...event,
            data: { ...event.data, amount: { minorUnits: 1, currency: 'EUR' } as never },
          },
        ]),
    ],
    [
      'an account below zero',
      /below zero/,
      () =>
        tampered(honest, ofType('money.withdrawn'), (event) => [
          {
            ...event,
            data: { ...event.data, amount: { minorUnits: 1e9, currency: 'EUR' } as never },
          },
        ]),
    ],
    [
      'a hole in the log',
      /position 7 is missing/,
      () => ({ ...honest, events: honest.events.filter(({ position }) => position !== 7) }),
    ],
    [
      'what was refused and took effect',
      /was refused, and took effect/,
      () => changedDeed(({ outcome }) => outcome === 'acknowledged', { outcome: 'refused' }),
    ],
    [
      'what was acknowledged and is not there',
      /^is lost/m,
      () => changedDeed(({ outcome }) => outcome === 'refused', { outcome: 'acknowledged' }),
    ],
    [
      'an answer that names another transfer',
      /was named otherwise/,
      () => changedDeed(({ transferIds }) => transferIds.length > 0, { transferIds: ['another'] }),
    ],
    [
      'a mail that is missing',
      /the mails are not/,
      () => ({ ...honest, mailed: honest.mailed.slice(1) }),
    ],
    [
      'a mail that is there twice',
      /the mails are not/,
      () => ({ ...honest, mailed: [...honest.mailed, honest.mailed[0]] }),
    ],
    [
      'a balance that is shown wrongly',
      /the accounts are not/,
      () => ({
        ...honest,
        accounts: honest.accounts.with(0, { ...honest.accounts[0], balance: 1 }),
      }),
    ],
    [
      'an account that is not shown',
      /the accounts are not/,
      () => ({ ...honest, accounts: honest.accounts.slice(1) }),
    ],
    [
      'a statement without a line',
      /the statements are not/,
      () => ({
        ...honest,
        statements: new Map([...honest.statements].map(([id, lines]) => [id, lines.slice(1)])),
      }),
    ],
    [
      'a transfer that is shown wrongly',
      /the transfers are not/,
      () => ({
        ...honest,
        transfers: honest.transfers.with(0, { ...honest.transfers[0], status: 'pending' }),
      }),
    ],
  ])('finds %s', (_, finds, tamper) => {
    expect(violationsAtRest(tamper()).join('\n')).toMatch(finds);
  });
});
