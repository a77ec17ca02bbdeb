import fc from 'fast-check';
import { MAX_MINOR_UNITS, Money } from '../../common/money/money.value-object.js';
import { DomainError } from '../../event-sourcing/index.js';
import { Account } from './account.aggregate.js';
import { MoneyCaptured, MoneyDeposited, MoneyWithdrawn } from './account.events.js';

type Behaviour = (account: Account) => void;

const money = fc
  .tuple(
    fc.oneof(
      { arbitrary: fc.nat(20), weight: 8 },
      { arbitrary: fc.constantFrom(MAX_MINOR_UNITS, MAX_MINOR_UNITS - 10), weight: 1 },
    ),
    fc.oneof(
      { arbitrary: fc.constant('EUR'), weight: 9 },
      { arbitrary: fc.constant('USD'), weight: 1 },
    ),
  )
  .map(([minorUnits, currency]) => new Money(minorUnits, currency));
const transfer = fc.constantFrom('transfer 1', 'transfer 2', 'transfer 3');

const behaviour: fc.Arbitrary<Behaviour> = fc.oneof(
  money.map(
    (amount): Behaviour =>
      (account) =>
        account.deposit(amount),
  ),
  money.map(
    (amount): Behaviour =>
      (account) =>
        account.withdraw(amount),
  ),
  fc.tuple(transfer, money).map(
    ([id, amount]): Behaviour =>
      (account) =>
        account.reserve(id, amount),
  ),
  transfer.map(
    (id): Behaviour =>
      (account) =>
        account.release(id),
  ),
  transfer.map(
    (id): Behaviour =>
      (account) =>
        account.capture(id),
  ),
  fc.constant<Behaviour>((account) => account.close()),
);

/** Recomputed from the events, without the aggregate. */
function balanceOf(events: readonly object[]): number {
  return events.reduce<number>((balance, event) => {
    if (event instanceof MoneyDeposited) return balance + event.amount.minorUnits;
    const isDebit = event instanceof MoneyWithdrawn || event instanceof MoneyCaptured;
    return isDebit ? balance - event.amount.minorUnits : balance;
  }, 0);
}

describe('Whatever is asked of an account', () => {
  it('never has less than nothing available, and holds what came minus what went', () => {
    fc.assert(
      fc.property(fc.array(behaviour, { maxLength: 60 }), (behaviours) => {
        const account = Account.open('1', 'user 1', 'EUR');
        for (const behave of behaviours) {
          try {
            behave(account);
          } catch (error) {
            // Any other error would say that the account was broken, and not that it refused.
            if (!(error instanceof DomainError)) throw error;
          }
          const { balance, available, status } = account;
          expect(available.minorUnits).toBeGreaterThanOrEqual(0);
          expect(available.minorUnits).toBeLessThanOrEqual(balance.minorUnits);
          expect(balance.minorUnits).toBe(balanceOf(account.getUncommittedEvents()));
          expect(status === 'closed' && !balance.isZero).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is the same account when it is replayed', () => {
    fc.assert(
      fc.property(fc.array(behaviour, { maxLength: 40 }), (behaviours) => {
        const account = Account.open('1', 'user 1', 'EUR');
        for (const behave of behaviours) {
          try {
            behave(account);
          } catch {
            continue;
          }
        }
        const replayed = new Account('1');
        replayed.loadFromHistory(account.getUncommittedEvents());
        expect(replayed).toMatchObject({
          balance: account.balance,
          available: account.available,
          status: account.status,
        });
      }),
      { numRuns: 200 },
    );
  });
});
