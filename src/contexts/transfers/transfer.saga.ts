import { Injectable } from '@nestjs/common';
import {
  ContinuesOn,
  DurableSaga,
  OnDeadline,
  OnRefusal,
  type Refusal,
  type SagaStep,
  StartsOn,
  step,
} from '../../event-sourcing/index.js';
import {
  CaptureMoney,
  DEPOSIT_EXPIRED,
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
import { type TransferReason, TransferRequested } from './transfer.events.js';

const TIME_OUT = 'time-out';
const TIMED_OUT = { code: 'timed-out', message: 'The money did not come in time.' };

interface TransferState extends TransferRequested {
  /** Why the money goes back; left out as long as it is to come. */
  readonly reason?: TransferReason;
}

/**
 * Debits, credits, completes; or gives back. Money is in one place at every step: it is set aside in the account that
 * pays, where it can neither be spent nor get lost, until it is known whether it has come, and then it is taken away or
 * made available again, of which neither can be refused.
 *
 * A command that was sent is never taken back: only the account that it is for knows whether it came first. Therefore the
 * deadline ends here with the debit. From then on it is the account that is paid which refuses money that comes too late,
 * and its one answer decides.
 */
@Injectable()
@DurableSaga({ name: 'transfer', correlatedBy: 'transferId' })
export class TransferSaga {
  @StartsOn(TransferRequested)
  debit(requested: TransferRequested): SagaStep<TransferState> {
    const { transferId, from, amount, expiresAt } = requested;
    return step<TransferState>({ ...requested })
      .send(new ReserveMoney(from, transferId, amount))
      .setDeadline(TIME_OUT, { at: expiresAt });
  }

  @OnRefusal(ReserveMoney)
  fail(refusal: Refusal, state: TransferState): SagaStep<TransferState> {
    const reason = reasonOf(refusal);
    return step({ ...state, reason })
      .send(new FailTransfer(state.transferId, reason))
      .complete();
  }

  @OnDeadline(TIME_OUT)
  timeOut(state: TransferState): SagaStep<TransferState> {
    return step({ ...state, reason: TIMED_OUT });
  }

  @ContinuesOn(MoneyReserved)
  credit(_: MoneyReserved, state: TransferState): SagaStep<TransferState> {
    const { transferId, from, to, amount, description, expiresAt, reason } = state;
    return reason
      ? step(state).send(new ReleaseMoney(from, transferId))
      : step(state)
          .send(new DepositMoney(to, amount, { transferId, description, expiresAt }))
          .cancelDeadline(TIME_OUT);
  }

  @ContinuesOn(MoneyDeposited)
  capture(_: MoneyDeposited, state: TransferState): SagaStep<TransferState> {
    const { transferId, from, description } = state;
    return step(state).send(new CaptureMoney(from, transferId, { description }));
  }

  @ContinuesOn(MoneyCaptured)
  complete(_: MoneyCaptured, state: TransferState): SagaStep<TransferState> {
    return step(state).send(new CompleteTransfer(state.transferId)).complete();
  }

  @OnRefusal(DepositMoney)
  giveBack(refusal: Refusal, state: TransferState): SagaStep<TransferState> {
    const { transferId, from } = state;
    return step({ ...state, reason: reasonOf(refusal) }).send(new ReleaseMoney(from, transferId));
  }

  @ContinuesOn(MoneyReleased)
  refund(_: MoneyReleased, state: TransferState): SagaStep<TransferState> {
    const { transferId, reason = TIMED_OUT } = state;
    return step(state).send(new RefundTransfer(transferId, reason)).complete();
  }
}

function reasonOf({ code, message }: Refusal): TransferReason {
  return code === DEPOSIT_EXPIRED ? TIMED_OUT : { code, message };
}
