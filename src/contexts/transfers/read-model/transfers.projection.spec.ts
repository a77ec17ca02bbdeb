import { Money } from '../../../common/money/money.value-object.js';
import { recorded, specifyProjection } from '../../../event-sourcing/testing/index.js';
import {
  MoneyCaptured,
  MoneyDeposited,
  MoneyReleased,
  MoneyReserved,
} from '../../accounts/account.events.js';
import {
  TransferCompleted,
  TransferFailed,
  TransferRefunded,
  TransferRequested,
} from '../transfer.events.js';
import { CreateTransfers1764000000301 } from './create-transfers.migration.js';
import { TransferListItem } from './transfer-list-item.entity.js';
import { TransferStep } from './transfer-step.entity.js';
import { TransfersProjection } from './transfers.projection.js';

const amount = new Money(500, 'EUR');
const [requestedAt, expiresAt] = ['2026-01-01T00:00:00.000Z', '2026-01-01T00:01:00.000Z'];
const reason = { code: 'account-closed', message: 'It is closed.' };

const about = (event: object): object =>
  recorded(event, { stream: 'transfer-1', recordedAt: requestedAt });
const payer = (event: object): object => recorded(event, { stream: 'account-1' });
const payee = (event: object): object => recorded(event, { stream: 'account-2' });
const requested = (id: string, description?: string): object => {
  const times = [new Date(requestedAt), new Date(expiresAt)] as const;
  return new TransferRequested(id, '1', '2', amount, ...times, description);
};

const row: TransferListItem = {
  id: '1',
  from: '1',
  to: '2',
  amount: 500,
  currency: 'EUR',
  description: 'rent',
  status: 'pending',
  reasonCode: null,
  reason: null,
  requestedAt,
  expiresAt,
  requestedPosition: 1,
};
const step = (position: number, kind: TransferStep['kind'], accountId?: string): TransferStep => ({
  position,
  transferId: '1',
  time: requestedAt,
  kind,
  accountId: accountId ?? null,
  reasonCode: null,
  reason: null,
});
const because = { reasonCode: reason.code, reason: reason.message };

const transfers = specifyProjection(TransfersProjection, {
  migrations: [CreateTransfers1764000000301],
});

describe('The list of transfers', () => {
  it('has what was requested, by that order', () =>
    transfers
      .given(
        about(requested('1', 'rent')),
        recorded(requested('2'), { stream: 'transfer-2', recordedAt: requestedAt }),
      )
      .then(TransferListItem, [row, { ...row, id: '2', description: null, requestedPosition: 2 }]));

  it.each([
    [{ status: 'completed' } as const, new TransferCompleted('1')],
    [{ status: 'refunded', ...because } as const, new TransferRefunded('1', reason)],
    [{ status: 'failed', ...because } as const, new TransferFailed('1', reason)],
  ])('has %j of one that has ended', (end, event) =>
    transfers
      .given(about(requested('1', 'rent')), about(event))
      .then(TransferListItem, [{ ...row, ...end }]),
  );
});

describe('The steps of a transfer', () => {
  it('are what has happened to it, and for it in the accounts', () =>
    transfers
      .given(
        about(requested('1')),
        payer(new MoneyReserved(amount, '1')),
        payee(new MoneyDeposited(amount, undefined, '1')),
        payer(new MoneyCaptured(amount, '1')),
        about(new TransferCompleted('1')),
      )
      .then(TransferStep, [
        step(1, 'requested'),
        step(2, 'reserved', '1'),
        step(3, 'credited', '2'),
        step(4, 'captured', '1'),
        step(5, 'completed'),
      ]));

  it('say why money went back', () =>
    transfers
      .given(
        about(requested('1')),
        payer(new MoneyReserved(amount, '1')),
        payer(new MoneyReleased(amount, '1')),
        about(new TransferRefunded('1', reason)),
      )
      .then(TransferStep, [
        step(1, 'requested'),
        step(2, 'reserved', '1'),
        step(3, 'released', '1'),
        { ...step(4, 'refunded'), ...because },
      ]));

  it('have nothing of money that moves for no transfer', () =>
    transfers
      .given(about(requested('1')), payee(new MoneyDeposited(amount, 'salary')))
      .then(TransferStep, [step(1, 'requested')]));
});
