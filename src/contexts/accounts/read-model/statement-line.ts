import { EventEnvelope } from '../../../event-sourcing/index.js';
import { MoneyCaptured, MoneyDeposited, MoneyWithdrawn } from '../account.events.js';
import type { AccountBalance } from './account-balance.entity.js';
import type { MovementKind, StatementLine } from './statement-line.entity.js';

const KINDS = new Map<unknown, MovementKind>([
  [MoneyDeposited, 'deposit'],
  [MoneyWithdrawn, 'withdrawal'],
  [MoneyCaptured, 'capture'],
]);

/** The line that an event adds to the statement of an account as it is afterwards; undefined where no money moves. */
export function lineOf(
  { event, position, recordedAt }: EventEnvelope,
  { id, balance }: AccountBalance,
): StatementLine | undefined {
  const kind = KINDS.get(event.constructor);
  if (!kind) return undefined;
  const { amount, description, transferId } = event as MoneyDeposited;
  return {
    position,
    accountId: id,
    time: recordedAt.toISOString(),
    kind,
    amount: amount.minorUnits,
    balance,
    description: description ?? null,
    transferId: transferId ?? null,
  };
}
