import { CurrencyMismatchError, InvalidAmountError } from '../../common/money/money.errors.js';
import { MAX_MINOR_UNITS, Money } from '../../common/money/money.value-object.js';
import { specify } from '../../event-sourcing/testing/index.js';
import { Account } from './account.aggregate.js';
import {
  AccountClosedError,
  AccountNotEmptyError,
  AlreadyReservedError,
  BalanceLimitError,
  InsufficientFundsError,
  NothingReservedError,
} from './account.errors.js';
import {
  AccountClosed,
  AccountOpened,
  MoneyCaptured,
  MoneyDeposited,
  MoneyReleased,
  MoneyReserved,
  MoneyWithdrawn,
} from './account.events.js';

const opened = new AccountOpened('user 1', 'EUR');
const euros = (minorUnits: number): Money => new Money(minorUnits, 'EUR');
const deposited = (minorUnits: number): MoneyDeposited => new MoneyDeposited(euros(minorUnits));
const reserved = (minorUnits: number): MoneyReserved =>
  new MoneyReserved(euros(minorUnits), 'transfer 1');

const stateOf = ({ balance, available, status }: Account) => ({
  balance: balance.minorUnits,
  available: available.minorUnits,
  status,
});

describe('An account', () => {
  it('is opened for an owner in a currency, with nothing in it', () => {
    const account = Account.open('0190b3c4', 'user 1', 'EUR');
    expect(account.getUncommittedEvents()).toEqual([opened]);
    expect(account).toMatchObject({ stream: 'account-0190b3c4', owner: 'user 1' });
    expect(account.balance).toEqual(euros(0));
    expect(stateOf(account)).toEqual({ balance: 0, available: 0, status: 'open' });
  });

  it('takes money', () =>
    specify(Account)
      .given(opened)
      .when((account) => account.deposit(euros(5), 'salary', 'transfer 1'))
      .then(new MoneyDeposited(euros(5), 'salary', 'transfer 1')));

  it('takes as much as an account can hold, and no more', async () => {
    await specify(Account)
      .given(opened, deposited(MAX_MINOR_UNITS - 1))
      .when((account) => account.deposit(euros(1)))
      .then(deposited(1));
    await specify(Account)
      .given(opened, deposited(MAX_MINOR_UNITS - 1))
      .when((account) => account.deposit(euros(2)))
      .then(BalanceLimitError);
  });

  it('gives what is available', () =>
    specify(Account)
      .given(opened, deposited(5))
      .when((account) => account.withdraw(euros(5), 'rent'))
      .then(new MoneyWithdrawn(euros(5), 'rent')));

  it('gives no more than is available', () =>
    specify(Account)
      .given(opened, deposited(5))
      .when((account) => account.withdraw(euros(6)))
      .then(InsufficientFundsError));

  it('gives nothing of what is reserved', () =>
    specify(Account)
      .given(opened, deposited(5), reserved(3))
      .when((account) => account.withdraw(euros(3)))
      .then(InsufficientFundsError));

  it('reserves money for a transfer, which stays in the balance', async () => {
    await specify(Account)
      .given(opened, deposited(5))
      .when((account) => account.reserve('transfer 1', euros(3)))
      .then(reserved(3));
    await specify(Account)
      .given(opened, deposited(5))
      .when((account) => account.reserve('transfer 1', euros(3)))
      .thenState((account) =>
        expect(stateOf(account)).toEqual({ balance: 5, available: 2, status: 'open' }),
      );
  });

  it('reserves no more than is available', () =>
    specify(Account)
      .given(opened, deposited(5), reserved(3))
      .when((account) => account.reserve('transfer 2', euros(3)))
      .then(InsufficientFundsError));

  it('reserves once for a transfer', () =>
    specify(Account)
      .given(opened, deposited(5), reserved(3))
      .when((account) => account.reserve('transfer 1', euros(3)))
      .then(AlreadyReservedError));

  it('makes what was reserved available again', async () => {
    await specify(Account)
      .given(opened, deposited(5), reserved(3))
      .when((account) => account.release('transfer 1'))
      .then(new MoneyReleased(euros(3), 'transfer 1'));
    await specify(Account)
      .given(opened, deposited(5), reserved(3))
      .when((account) => account.release('transfer 1'))
      .thenState((account) =>
        expect(stateOf(account)).toEqual({ balance: 5, available: 5, status: 'open' }),
      );
  });

  it('lets what was reserved go', async () => {
    await specify(Account)
      .given(opened, deposited(5), reserved(3))
      .when((account) => account.capture('transfer 1', 'to Jo'))
      .then(new MoneyCaptured(euros(3), 'transfer 1', 'to Jo'));
    await specify(Account)
      .given(opened, deposited(5), reserved(3))
      .when((account) => account.capture('transfer 1'))
      .thenState((account) =>
        expect(stateOf(account)).toEqual({ balance: 2, available: 2, status: 'open' }),
      );
  });

  it.each<[string, object[]]>([
    ['nothing was reserved', []],
    ['was released', [reserved(3), new MoneyReleased(euros(3), 'transfer 1')]],
    ['was captured', [reserved(3), new MoneyCaptured(euros(3), 'transfer 1')]],
  ])('releases and captures nothing for a transfer for which it %s', async (_, history) => {
    for (const end of ['release', 'capture'] as const) {
      await specify(Account)
        .given(opened, deposited(5), ...history)
        .when((account) => account[end]('transfer 1'))
        .then(NothingReservedError);
    }
  });

  it.each<[string, (account: Account, amount: Money) => void]>([
    ['deposits', (account, amount) => account.deposit(amount)],
    ['withdraws', (account, amount) => account.withdraw(amount)],
    ['reserves', (account, amount) => account.reserve('transfer 2', amount)],
  ])('%s neither nothing nor another currency', async (_, move) => {
    await specify(Account)
      .given(opened, deposited(5))
      .when((account) => move(account, euros(0)))
      .then(InvalidAmountError);
    await specify(Account)
      .given(opened, deposited(5))
      .when((account) => move(account, new Money(1, 'USD')))
      .then(CurrencyMismatchError);
  });

  it('is closed when it is empty, and once only', async () => {
    await specify(Account)
      .given(opened, deposited(5), new MoneyWithdrawn(euros(5)))
      .when((account) => account.close())
      .then(new AccountClosed());
    await specify(Account)
      .given(opened, new AccountClosed())
      .when((account) => account.close())
      .then();
  });

  it.each<[string, object[]]>([
    ['money in it', [deposited(1)]],
    ['money reserved', [deposited(1), reserved(1)]],
  ])('is not closed with %s', (_, history) =>
    specify(Account)
      .given(opened, ...history)
      .when((account) => account.close())
      .then(AccountNotEmptyError),
  );

  it.each<[string, (account: Account) => void]>([
    ['takes', (account) => account.deposit(euros(1))],
    ['gives', (account) => account.withdraw(euros(1))],
    ['reserves', (account) => account.reserve('transfer 1', euros(1))],
  ])('that is closed %s no money', (_, move) =>
    specify(Account).given(opened, new AccountClosed()).when(move).then(AccountClosedError),
  );
});
