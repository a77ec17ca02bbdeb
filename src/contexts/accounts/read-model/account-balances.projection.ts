import { type EntityManager, In } from 'typeorm';
import { EventEnvelope, OnBatch, Projection } from '../../../event-sourcing/index.js';
import {
  AccountClosed,
  AccountOpened,
  MoneyCaptured,
  MoneyDeposited,
  MoneyReleased,
  MoneyReserved,
  MoneyWithdrawn,
} from '../account.events.js';
import { AccountBalance } from './account-balance.entity.js';
import { lineOf } from './statement-line.js';
import { StatementLine } from './statement-line.entity.js';

export const ACCOUNT_BALANCES = 'account-balances';

/** Keeps the list of accounts and their statements, in one: a line of a statement has the balance it leads to. */
@Projection({ name: ACCOUNT_BALANCES, version: 1, entities: [AccountBalance, StatementLine] })
export class AccountBalancesProjection {
  /** Three statements, however many events. */
  @OnBatch(
    AccountOpened,
    MoneyDeposited,
    MoneyWithdrawn,
    MoneyReserved,
    MoneyReleased,
    MoneyCaptured,
    AccountClosed,
  )
  async keepBalances(envelopes: readonly EventEnvelope[], manager: EntityManager): Promise<void> {
    const ids = new Set(envelopes.map(accountIdOf));
    const stored = await manager.findBy(AccountBalance, { id: In([...ids]) });
    const accounts = new Map(stored.map((account) => [account.id, account]));
    const lines: StatementLine[] = [];
    for (const envelope of envelopes) {
      const id = accountIdOf(envelope);
      const account = after(envelope, id, accounts.get(id));
      accounts.set(id, account);
      const line = lineOf(envelope, account);
      if (line) lines.push(line);
    }
    await manager.upsert(AccountBalance, [...accounts.values()], ['id']);
    if (lines.length > 0) await manager.insert(StatementLine, lines);
  }
}

function accountIdOf({ stream }: EventEnvelope): string {
  return stream.slice('account-'.length);
}

function after(
  { event, revision, position }: EventEnvelope,
  id: string,
  account: AccountBalance | undefined,
): AccountBalance {
  if (event instanceof AccountOpened) {
    const { owner, currency } = event;
    const empty = { balance: 0, available: 0, status: 'open' } as const;
    return { id, owner, currency, ...empty, revision, openedPosition: position };
  }
  if (!account) throw new Error(`Account ${id} was never opened.`);
  return { ...account, ...changeOf(event, account), revision };
}

function changeOf(event: object, { balance, available }: AccountBalance): Partial<AccountBalance> {
  if (event instanceof AccountClosed) return { status: 'closed' };
  const { minorUnits } = (event as MoneyDeposited).amount;
  if (event instanceof MoneyDeposited) {
    return { balance: balance + minorUnits, available: available + minorUnits };
  }
  if (event instanceof MoneyWithdrawn) {
    return { balance: balance - minorUnits, available: available - minorUnits };
  }
  if (event instanceof MoneyCaptured) return { balance: balance - minorUnits };
  if (event instanceof MoneyReserved) return { available: available - minorUnits };
  return event instanceof MoneyReleased ? { available: available + minorUnits } : {};
}
