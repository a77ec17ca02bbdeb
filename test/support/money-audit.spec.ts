import { MoneyAudit, type MoneyEvent } from './money-audit.js';

const euros = (minorUnits: number) => ({ amount: { minorUnits, currency: 'EUR' } });
const forTransfer = (minorUnits: number) => ({ ...euros(minorUnits), transferId: 't' });

type Happening = readonly [stream: string, type: string, data?: object];

const OPENED: readonly Happening[] = [
  ['account-a', 'account.opened', { currency: 'EUR' }],
  ['account-b', 'account.opened', { currency: 'EUR' }],
  ['account-a', 'money.deposited', euros(10)],
  ['transfer-t', 'transfer.requested', { ...euros(4), from: 'a', to: 'b' }],
];
const RESERVED: Happening = ['account-a', 'money.reserved', forTransfer(4)];
const CREDITED: Happening = ['account-b', 'money.deposited', forTransfer(4)];
const CAPTURED: Happening = ['account-a', 'money.captured', forTransfer(4)];
const RELEASED: Happening = ['account-a', 'money.released', forTransfer(4)];
const COMPLETED: Happening = ['transfer-t', 'transfer.completed'];
const REFUNDED: Happening = ['transfer-t', 'transfer.refunded'];
const FAILED: Happening = ['transfer-t', 'transfer.failed'];

function auditOf(...happenings: readonly Happening[]): MoneyAudit {
  const events = [...OPENED, ...happenings].map(([stream, type, data = {}], index): MoneyEvent => ({
    position: index + 1,
    stream,
    type,
    data,
  }));
  return new MoneyAudit(events);
}

describe('The audit of money', () => {
  it.each<[string, readonly Happening[]]>([
    ['is completed', [RESERVED, CREDITED, CAPTURED, COMPLETED]],
    ['is refunded', [RESERVED, RELEASED, REFUNDED]],
    ['has failed', [FAILED]],
    ['is under way', [RESERVED, CREDITED]],
  ])('finds nothing about a transfer that %s', (_, happenings) => {
    expect(auditOf(...happenings).violations).toEqual([]);
  });

  it('knows what has not ended, and what is in the accounts', () => {
    expect(auditOf(RESERVED).pending).toEqual(['t']);
    const { pending, accounts } = auditOf(RESERVED, CREDITED, CAPTURED, COMPLETED);
    expect(pending).toEqual([]);
    expect([...accounts].map(([id, { balance }]) => [id, balance])).toEqual([
      ['a', 6],
      ['b', 4],
    ]);
  });

  it.each<[string, readonly Happening[], RegExp]>([
    ['money that came twice', [RESERVED, CREDITED, CREDITED], /credited twice/],
    [
      'money that came and went back',
      [RESERVED, CREDITED, RELEASED, REFUNDED],
      /is reserved credited released/,
    ],
    [
      'money that came from nowhere',
      [CREDITED, COMPLETED],
      /there are 10 EUR|is credited$|is credited\n/,
    ],
    ['money that got lost', [RESERVED, CAPTURED], /there are 6 EUR, and 10 came from outside/],
    ['a refund without a release', [RESERVED, REFUNDED], /is refunded after "reserved"/],
    ['a failure that keeps money', [RESERVED, FAILED], /is failed after "reserved"/],
    ['money that moves after the end', [FAILED, RESERVED], /reserved for|after its end/],
    ['two ends', [FAILED, FAILED], /is failed and failed/],
    ['money that is not there', [['account-b', 'money.withdrawn', euros(1)]], /below zero/],
    [
      'money of two currencies',
      [['account-b', 'money.deposited', { amount: { minorUnits: 1, currency: 'USD' } }]],
      /two currencies/,
    ],
    ['a closed account with money', [['account-a', 'account.closed']], /closed with money/],
    [
      'a closed account that takes money',
      [['account-b', 'account.closed'], CREDITED],
      /which is closed/,
    ],
    ['an account from nowhere', [['account-c', 'money.deposited', euros(1)]], /which is not open/],
    [
      'a transfer from nowhere',
      [['account-a', 'money.reserved', { ...euros(1), transferId: 'u' }]],
      /which is unknown/,
    ],
    ['another amount', [['account-a', 'money.reserved', forTransfer(3)]], /3 is reserved in a/],
    [
      'another account',
      [RESERVED, ['account-a', 'money.deposited', forTransfer(4)]],
      /4 is credited in a/,
    ],
  ])('finds %s', (_, happenings, violation) => {
    expect(auditOf(...happenings).violations.join('\n')).toMatch(violation);
  });
});
