import { isDeepStrictEqual } from 'node:util';
import type { AccountBody, LineBody } from '../../../support/accounts-api.js';
import { type LoggedEvent, misplacedEvents } from '../../../support/logged-events.js';
import { MoneyAudit } from '../../../support/money-audit.js';
import type { TransferWithStepsBody } from '../../../support/transfers-api.js';
import type { MoneyDeed, MoneyWish } from './money-deed.js';

/** What was asked for, and what the log says became of it. */
export interface MoneyEvidence {
  readonly events: readonly LoggedEvent[];
  readonly deeds: readonly MoneyDeed[];
}

/** What can be seen when everything has come to rest. */
export interface MoneyAtRest extends MoneyEvidence {
  readonly accounts: readonly AccountBody[];
  /** By account. */
  readonly statements: ReadonlyMap<string, readonly LineBody[]>;
  readonly transfers: readonly TransferWithStepsBody[];
  /** The ids of the transfers that mails are about, one for each mail. */
  readonly mailed: readonly string[];
}

/** The event by which each kind of wish is granted. */
const GRANTED_BY: Readonly<Record<MoneyWish['kind'], string>> = {
  deposit: 'money.deposited',
  withdraw: 'money.withdrawn',
  transfer: 'transfer.requested',
};

const ENDED = /^transfer\.(completed|refunded|failed)$/;

type Data = Readonly<{
  owner?: string;
  amount?: { minorUnits: number; currency: string };
  transferId?: string;
  description?: string;
  from?: string;
  to?: string;
}>;

const dataOf = ({ data }: LoggedEvent): Data => data;
const idIn = ({ stream }: LoggedEvent): string => stream.slice(stream.indexOf('-') + 1);

/** @returns a sentence for everything that must never be, whatever is under way. */
export function violationsOf({ events, deeds }: MoneyEvidence): string[] {
  return [
    ...misplacedEvents(events),
    ...new MoneyAudit(events).violations,
    ...violationsOfDeeds(events, deeds),
  ];
}

/** As `violationsOf`, and for everything that must not be any more when nothing is under way. */
export function violationsAtRest(evidence: MoneyAtRest): string[] {
  const { events } = evidence;
  const audit = new MoneyAudit(events);
  return [
    ...violationsOf(evidence),
    ...audit.pending.map((id) => `transfer ${id} does not end`),
    ...[...audit.accounts]
      .filter(([, { reserved }]) => reserved.size > 0)
      .map(([id]) => `account ${id} has money set aside for nothing`),
    ...violationsOfSums(events),
    ...difference('the mails', evidence.mailed.toSorted(), transfersToMail(events).sort()),
    ...difference('the accounts', evidence.accounts.map(shown), accountsBy(events, audit)),
    ...difference('the statements', [...evidence.statements].map(untimed), [
      ...statementsBy(events),
    ]),
    ...difference('the transfers', evidence.transfers.map(seen), transfersBy(events)),
  ];
}

/** When nothing is under way, there is what came from outside and has not left. */
function violationsOfSums(events: readonly LoggedEvent[]): string[] {
  const sums = new Map<string, { inAccounts: number; fromOutside: number }>();
  for (const event of events) {
    const sign = MOVEMENTS[event.type]?.sign;
    const { amount } = dataOf(event);
    if (!sign || !amount) continue;
    const { inAccounts, fromOutside } = sums.get(amount.currency) ?? {
      inAccounts: 0,
      fromOutside: 0,
    };
    const moved = sign * amount.minorUnits;
    sums.set(amount.currency, {
      inAccounts: inAccounts + moved,
      fromOutside: fromOutside + (isGrant(event) ? moved : 0),
    });
  }
  return [...sums]
    .filter(([, { inAccounts, fromOutside }]) => inAccounts !== fromOutside)
    .map(([currency, { inAccounts, fromOutside }]) => {
      return `in the end there are ${inAccounts} ${currency}, and ${fromOutside} came from outside`;
    });
}

/** Every wish was granted once, if it was said to be, and never if it was said not to be; and nothing else happened. */
function violationsOfDeeds(events: readonly LoggedEvent[], deeds: readonly MoneyDeed[]): string[] {
  const keys = new Map(
    deeds.flatMap(({ key, correlationIds }) => correlationIds.map((id) => [id, key])),
  );
  const effects = new Map<string, LoggedEvent[]>();
  const violations: string[] = [];
  for (const event of events) {
    if (!isGrant(event)) continue;
    const key = keys.get(event.correlationId);
    if (key === undefined)
      violations.push(`${event.type} at ${event.position} was never asked for`);
    else effects.set(key, [...(effects.get(key) ?? []), event]);
  }
  for (const deed of deeds) {
    const complaint = complaintAbout(deed, effects.get(deed.key) ?? []);
    if (complaint) violations.push(`${complaint}: ${JSON.stringify(deed)}`);
  }
  return violations;
}

function isGrant(event: LoggedEvent): boolean {
  if (!Object.values(GRANTED_BY).includes(event.type)) return false;
  return event.type === GRANTED_BY.transfer || dataOf(event).transferId === undefined;
}

function complaintAbout(
  { wish, outcome, transferIds }: MoneyDeed,
  effects: readonly LoggedEvent[],
): string | undefined {
  if (effects.length > 1) return 'took effect more than once';
  const effect = effects.at(0);
  if (outcome === 'refused') return effect && 'was refused, and took effect';
  if (!effect) return outcome === 'acknowledged' ? 'is lost' : undefined;
  const { amount, from, to } = dataOf(effect);
  const { kind, ...asked } = wish;
  const { minorUnits, currency } = amount ?? {};
  const done =
    kind === 'transfer'
      ? { from, to, amount: minorUnits, currency }
      : { account: idIn(effect), amount: minorUnits, currency };
  if (effect.type !== GRANTED_BY[kind] || !isDeepStrictEqual(done, asked)) return 'is another one';
  return transferIds.every((id) => id === idIn(effect)) ? undefined : 'was named otherwise';
}

/** The transfers about which there is to be a mail: each that has ended and is paid by a user, once. */
export function transfersToMail(events: readonly LoggedEvent[]): string[] {
  const users = new Set(events.filter(({ type }) => type === 'user.created').map(idIn));
  const owners = new Map(
    events
      .filter(({ type }) => type === 'account.opened')
      .map((event) => [idIn(event), dataOf(event).owner ?? '']),
  );
  const payers = new Map(
    events
      .filter(({ type }) => type === 'transfer.requested')
      .map((event) => [idIn(event), dataOf(event).from ?? '']),
  );
  return events
    .filter(({ type }) => ENDED.test(type))
    .map(idIn)
    .filter((id) => users.has(owners.get(payers.get(id) ?? '') ?? ''));
}

function shown({
  id,
  owner,
  currency,
  balance,
  available,
  status,
  revision,
}: AccountBody): AccountBody {
  return { id, owner, currency, balance, available, status, revision };
}

function accountsBy(events: readonly LoggedEvent[], audit: MoneyAudit): AccountBody[] {
  const opened = events.filter(({ type }) => type === 'account.opened');
  return opened.map((event): AccountBody => {
    const id = idIn(event);
    const { currency, balance, reserved, isClosed } = audit.accounts.get(id) ?? {
      ...{ currency: '', balance: 0, reserved: new Map<string, number>(), isClosed: false },
    };
    const aside = [...reserved.values()].reduce((sum, each) => sum + each, 0);
    const revision = events.filter(({ stream }) => stream === event.stream).length;
    return {
      ...{ id, owner: dataOf(event).owner ?? '', currency, balance, available: balance - aside },
      ...{ status: isClosed ? 'closed' : 'open', revision },
    };
  });
}

const MOVEMENTS: Readonly<Record<string, { kind: LineBody['kind']; sign: 1 | -1 }>> = {
  'money.deposited': { kind: 'deposit', sign: 1 },
  'money.withdrawn': { kind: 'withdrawal', sign: -1 },
  'money.captured': { kind: 'capture', sign: -1 },
};

/** Without the times, which the log has in another form. */
type Line = Omit<LineBody, 'time'>;

function untimed([id, lines]: readonly [string, readonly LineBody[]]): [string, Line[]] {
  return [id, lines.map(({ time: _, ...line }) => line)];
}

function statementsBy(events: readonly LoggedEvent[]): Map<string, Line[]> {
  const statements = new Map<string, Line[]>();
  for (const event of events) {
    const { type, position } = event;
    if (type === 'account.opened') statements.set(idIn(event), []);
    const movement = MOVEMENTS[type];
    if (!movement) continue;
    const lines = statements.get(idIn(event)) ?? [];
    const { amount, description = null, transferId = null } = dataOf(event);
    const { kind, sign } = movement;
    const { minorUnits = 0 } = amount ?? {};
    const balance = (lines.at(-1)?.balance ?? 0) + sign * minorUnits;
    statements.set(idIn(event), [
      ...lines,
      { position, kind, amount: minorUnits, balance, description, transferId },
    ]);
  }
  return statements;
}

interface SeenTransfer {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly amount: number;
  readonly currency: string;
  readonly status: string;
  readonly steps: readonly (readonly [position: number, kind: string])[];
}

function seen({
  id,
  from,
  to,
  amount,
  currency,
  status,
  steps,
}: TransferWithStepsBody): SeenTransfer {
  return {
    ...{ id, from, to, amount, currency, status },
    steps: steps.map(({ position, kind }) => [position, kind]),
  };
}

const STEPS: Readonly<Record<string, string>> = {
  'transfer.requested': 'requested',
  'money.reserved': 'reserved',
  'money.deposited': 'credited',
  'money.captured': 'captured',
  'money.released': 'released',
  'transfer.completed': 'completed',
  'transfer.refunded': 'refunded',
  'transfer.failed': 'failed',
};

function transfersBy(events: readonly LoggedEvent[]): SeenTransfer[] {
  const transfers = new Map<string, SeenTransfer>();
  for (const event of events) {
    const kind = STEPS[event.type];
    const { from = '', to = '', amount, transferId = '' } = dataOf(event);
    const id = event.type.startsWith('transfer.') ? idIn(event) : transferId;
    if (kind === 'requested') {
      const { minorUnits = 0, currency = '' } = amount ?? {};
      const terms = { id, from, to, amount: minorUnits, currency };
      transfers.set(id, { ...terms, status: 'pending', steps: [] });
    }
    const transfer = transfers.get(id);
    if (!transfer || !kind) continue;
    const hasEnded = event.type.startsWith('transfer.') && kind !== 'requested';
    transfers.set(id, {
      ...transfer,
      status: hasEnded ? kind : transfer.status,
      steps: [...transfer.steps, [event.position, kind]],
    });
  }
  return [...transfers.values()];
}

/** What is there and does not belong there, and the other way round. */
function difference(
  what: string,
  found: readonly unknown[],
  expected: readonly unknown[],
): string[] {
  const [there, wanted] = [found, expected].map((all) => all.map((each) => JSON.stringify(each)));
  if (there.join('\n') === wanted.join('\n')) return [];
  return [
    `${what} are not what the log says: ${there
      .filter((each) => !wanted.includes(each))
      .slice(0, 3)
      .join(' ')} ` +
      `instead of ${wanted
        .filter((each) => !there.includes(each))
        .slice(0, 3)
        .join(' ')} (${found.length}, ${expected.length})`,
  ];
}
