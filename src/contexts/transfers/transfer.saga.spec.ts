import { Money } from '../../common/money/money.value-object.js';
import { specifySaga } from '../../event-sourcing/testing/index.js';
import {
  CaptureMoney,
  DepositMoney,
  ReleaseMoney,
  ReserveMoney,
} from '../accounts/account.contract.js';
import {
  MoneyCaptured,
  MoneyDeposited,
  MoneyReleased,
  MoneyReserved,
} from '../accounts/account.events.js';
import { CompleteTransfer } from './commands/complete-transfer.command.js';
import { FailTransfer } from './commands/fail-transfer.command.js';
import { RefundTransfer } from './commands/refund-transfer.command.js';
import { TransferRequested } from './transfer.events.js';
import { TransferSaga } from './transfer.saga.js';

const [id, from, to] = ['transfer 1', 'account 1', 'account 2'];
const amount = new Money(500, 'EUR');
/** When the clock of a specification begins. */
const START = new Date('2020-01-01T00:00:00.000Z');
const MINUTE = 60_000;
const expiresAt = new Date(START.getTime() + MINUTE);

const requested = new TransferRequested(id, from, to, amount, START, expiresAt, 'rent');
const reserved = new MoneyReserved(amount, id);
const deposited = new MoneyDeposited(amount, 'rent', id);
const captured = new MoneyCaptured(amount, id, 'rent');
const released = new MoneyReleased(amount, id);

const credit = new DepositMoney(to, amount, { transferId: id, description: 'rent', expiresAt });
const closed = { code: 'account-closed', message: 'Account 2 is closed.' };
const expired = { code: 'deposit-expired', message: 'It was to come before.' };
const poor = { code: 'insufficient-funds', message: 'There is less.' };
const late = { code: 'timed-out', message: 'The money did not come in time.' };

const transfer = specifySaga(new TransferSaga());
const timeIsOver = { deadlines: {} };

describe('A transfer that is requested', () => {
  it('has money set aside in the account that pays, until its time is over', () =>
    transfer
      .when(requested)
      .then([new ReserveMoney(from, id, amount)], { deadlines: { 'time-out': MINUTE } }));

  it('fails when the debit is refused', () =>
    transfer
      .given(requested)
      .whenRefused(ReserveMoney, poor)
      .then([new FailTransfer(id, poor)], { completed: true }));

  it('is not over when its time is: whether money was set aside is not known yet', () =>
    transfer.given(requested).whenTimePasses(MINUTE).then([], timeIsOver));

  it('fails when its time is over and the debit is refused', () =>
    transfer
      .given(requested)
      .givenTimePassed(MINUTE)
      .whenRefused(ReserveMoney, poor)
      .then([new FailTransfer(id, poor)], { completed: true }));

  it('gives money back that was set aside too late', () =>
    transfer
      .given(requested)
      .givenTimePassed(MINUTE)
      .when(reserved)
      .then([new ReleaseMoney(from, id)], timeIsOver));

  it('is refunded as timed out then', () =>
    transfer
      .given(requested)
      .givenTimePassed(MINUTE)
      .given(reserved)
      .when(released)
      .then([new RefundTransfer(id, late)], { completed: true }));
});

describe('A transfer whose money is set aside', () => {
  it('is credited, if the account takes it in time: its deadline is the deposit’s', () =>
    transfer.given(requested).when(reserved).then([credit], timeIsOver));

  it('is credited a moment before its time is over', () =>
    transfer
      .given(requested)
      .givenTimePassed(MINUTE - 1)
      .when(reserved)
      .then([credit], timeIsOver));

  it('waits for the answer to the credit, however long that takes', () =>
    transfer
      .given(requested, reserved)
      .whenTimePasses(1_000 * MINUTE)
      .then([], timeIsOver));

  it.each([
    ['the account is closed', closed, closed],
    ['it came too late', expired, late],
  ])('goes back when %s', async (_, refusal, reason) => {
    const refused = transfer.given(requested, reserved);
    await refused.whenRefused(DepositMoney, refusal).then([new ReleaseMoney(from, id)], timeIsOver);
    await refused
      .givenRefused(DepositMoney, refusal)
      .when(released)
      .then([new RefundTransfer(id, reason)], { completed: true });
  });
});

describe('A transfer whose money has come', () => {
  it('takes what was set aside, also when its time is over by then', async () => {
    const capture = [new CaptureMoney(from, id, { description: 'rent' })];
    await transfer.given(requested, reserved).when(deposited).then(capture, timeIsOver);
    await transfer
      .given(requested, reserved)
      .givenTimePassed(2 * MINUTE)
      .when(deposited)
      .then(capture, timeIsOver);
  });

  it('is completed when that is taken', () =>
    transfer
      .given(requested, reserved, deposited)
      .when(captured)
      .then([new CompleteTransfer(id)], { completed: true }));

  it('has nothing to do with what happens later, or with other transfers and deposits', async () => {
    const completed = transfer.given(requested, reserved, deposited, captured);
    await completed.when(released).then([], { completed: true });
    await completed.whenTimePasses(MINUTE).then([], { completed: true });
    const pending = transfer.given(requested);
    const open = { deadlines: { 'time-out': MINUTE } };
    await pending.when(new MoneyReserved(amount, 'transfer 2')).then([], open);
    await pending.when(new MoneyDeposited(amount)).then([], open);
  });
});
