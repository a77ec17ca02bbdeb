import {
  aggregateIdOf,
  type EventEnvelope,
  On,
  Projection,
  ProjectionContext,
} from '../../../event-sourcing/index.js';
import {
  MoneyCaptured,
  MoneyDeposited,
  MoneyReleased,
  MoneyReserved,
} from '../../accounts/account.events.js';
import {
  TransferCompleted,
  TransferFailed,
  type TransferReason,
  TransferRefunded,
  TransferRequested,
} from '../transfer.events.js';
import { TransferListItem } from './transfer-list-item.entity.js';
import { TransferStep, type TransferStepKind } from './transfer-step.entity.js';

export const TRANSFERS = 'transfers';

const MOVES = new Map<unknown, TransferStepKind>([
  [MoneyReserved, 'reserved'],
  [MoneyDeposited, 'credited'],
  [MoneyCaptured, 'captured'],
  [MoneyReleased, 'released'],
]);

/** Keeps the list of transfers, and what has happened for each, in the accounts too. */
@Projection({ name: TRANSFERS, version: 1, entities: [TransferListItem, TransferStep] })
export class TransfersProjection {
  @On(TransferRequested)
  async requested(event: TransferRequested, context: ProjectionContext): Promise<void> {
    const { envelope, manager } = context;
    const { transferId, from, to, amount, requestedAt, expiresAt, description } = event;
    await manager.insert(TransferListItem, {
      id: transferId,
      from,
      to,
      amount: amount.minorUnits,
      currency: amount.currency,
      description: description ?? null,
      status: 'pending',
      reasonCode: null,
      reason: null,
      requestedAt: requestedAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
      requestedPosition: envelope.position,
    });
    await manager.insert(TransferStep, stepOf(envelope, transferId, 'requested'));
  }

  @On(MoneyReserved, MoneyDeposited, MoneyCaptured, MoneyReleased)
  async moved(
    event: MoneyReserved | MoneyDeposited | MoneyCaptured | MoneyReleased,
    { envelope, manager }: ProjectionContext,
  ): Promise<void> {
    const { transferId } = event;
    const kind = MOVES.get(event.constructor);
    if (transferId === undefined || kind === undefined) return;
    const accountId = aggregateIdOf(envelope.stream);
    await manager.insert(TransferStep, { ...stepOf(envelope, transferId, kind), accountId });
  }

  @On(TransferCompleted)
  completed(event: TransferCompleted, context: ProjectionContext): Promise<void> {
    return this.ended(event.transferId, 'completed', context);
  }

  @On(TransferRefunded)
  refunded({ transferId, reason }: TransferRefunded, context: ProjectionContext): Promise<void> {
    return this.ended(transferId, 'refunded', context, reason);
  }

  @On(TransferFailed)
  failed({ transferId, reason }: TransferFailed, context: ProjectionContext): Promise<void> {
    return this.ended(transferId, 'failed', context, reason);
  }

  private async ended(
    id: string,
    status: 'completed' | 'refunded' | 'failed',
    { envelope, manager }: ProjectionContext,
    cause?: TransferReason,
  ): Promise<void> {
    const reason = { reasonCode: cause?.code ?? null, reason: cause?.message ?? null };
    await manager.update(TransferListItem, { id }, { status, ...reason });
    await manager.insert(TransferStep, { ...stepOf(envelope, id, status), ...reason });
  }
}

function stepOf(
  { position, recordedAt }: EventEnvelope,
  transferId: string,
  kind: TransferStepKind,
): TransferStep {
  const time = recordedAt.toISOString();
  return { position, transferId, time, kind, accountId: null, reasonCode: null, reason: null };
}
