import { InvalidAmountError } from '../../common/money/money.errors.js';
import { Money } from '../../common/money/money.value-object.js';
import { specify } from '../../event-sourcing/testing/index.js';
import { Transfer, type TransferTerms } from './transfer.aggregate.js';
import { SameAccountError, TransferEndedError } from './transfer.errors.js';
import {
  TransferCompleted,
  TransferFailed,
  TransferRefunded,
  TransferRequested,
} from './transfer.events.js';

const ID = '00000000-0000-7000-8000-000000000001';
const terms: TransferTerms = {
  from: 'account 1',
  to: 'account 2',
  amount: new Money(5, 'EUR'),
  requestedAt: new Date('2026-01-01T00:00:00Z'),
  expiresAt: new Date('2026-01-01T00:01:00Z'),
  description: 'rent',
};
const reason = { code: 'account-closed', message: 'It is closed.' };
const { from, to, amount, requestedAt, expiresAt } = terms;
const requested = new TransferRequested(ID, from, to, amount, requestedAt, expiresAt, 'rent');

type End = (transfer: Transfer) => void;
const ends: [string, End, object][] = [
  ['completed', (transfer) => transfer.complete(), new TransferCompleted(ID)],
  ['refunded', (transfer) => transfer.refund(reason), new TransferRefunded(ID, reason)],
  ['failed', (transfer) => transfer.fail(reason), new TransferFailed(ID, reason)],
];

describe('A transfer', () => {
  it('is requested, and pending then', () => {
    const transfer = Transfer.request(ID, terms);
    expect(transfer.getUncommittedEvents()).toEqual([requested]);
    expect(transfer).toMatchObject({ stream: `transfer-${ID}`, terms, status: 'pending' });
  });

  it('is not from an account to itself', () => {
    expect(() => Transfer.request(ID, { ...terms, to: terms.from })).toThrow(SameAccountError);
  });

  it('is not of nothing', () => {
    const nothing = { ...terms, amount: new Money(0, 'EUR') };
    expect(() => Transfer.request(ID, nothing)).toThrow(InvalidAmountError);
  });

  it.each(ends)('is %s', (_, end, event) =>
    specify(Transfer).given(requested).when(end).then(event),
  );

  it.each(ends)('that was %s is so, and ends once', async (status, _, event) => {
    for (const [, end] of ends) {
      await specify(Transfer).given(requested, event).when(end).then(TransferEndedError);
    }
    const transfer = new Transfer(ID);
    transfer.loadFromHistory([requested, event]);
    expect(transfer.status).toBe(status);
    expect(transfer.reason).toEqual(status === 'completed' ? undefined : reason);
  });
});
