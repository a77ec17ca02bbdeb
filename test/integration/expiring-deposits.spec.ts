import { v7 } from 'uuid';
import { Money } from '../../src/common/money/money.value-object.js';
import { Account } from '../../src/contexts/accounts/account.aggregate.js';
import { DepositMoney } from '../../src/contexts/accounts/account.contract.js';
import { DepositExpiredError } from '../../src/contexts/accounts/account.errors.js';
import { DepositMoneyHandler } from '../../src/contexts/accounts/commands/deposit-money.command.js';
import {
  OpenAccount,
  OpenAccountHandler,
} from '../../src/contexts/accounts/commands/open-account.command.js';
import { Clock, EventSourcingModule } from '../../src/event-sourcing/index.js';
import { type BootedKit, bootKit } from '../support/booted-kit.js';
import { SettableClock } from '../support/controlled-environment.js';

const EXPIRES_AT = new Date('2026-01-01T00:01:00.000Z');
const A_MOMENT_BEFORE = '2026-01-01T00:00:59.999Z';

describe('A deposit that expires', () => {
  let kit: BootedKit;
  let clock: SettableClock;
  let id: string;

  beforeEach(async () => {
    clock = new SettableClock(A_MOMENT_BEFORE);
    kit = await bootKit({
      imports: [EventSourcingModule.forFeature([Account])],
      providers: [OpenAccountHandler, DepositMoneyHandler],
      configure: (builder) => builder.overrideProvider(Clock).useValue(clock),
    });
    id = v7();
    await kit.commands.execute(new OpenAccount(id, v7(), 'EUR'));
  });

  afterEach(() => kit.app.close());

  const deposit = (commandId = v7()) =>
    kit.commands.execute(
      new DepositMoney(id, new Money(5, 'EUR'), { commandId, expiresAt: EXPIRES_AT }),
    );

  it('is taken before its time is over', async () => {
    expect(await deposit()).toMatchObject({ balance: 5 });
  });

  it('is refused from then on, and leaves nothing', async () => {
    clock.set(EXPIRES_AT.toISOString());
    await expect(deposit()).rejects.toThrow(DepositExpiredError);
    expect(await kit.store.headPosition()).toBe(1);
  });

  it('that was taken is answered as taken, when it is delivered again later', async () => {
    const commandId = v7();
    await deposit(commandId);
    clock.set('2026-02-01T00:00:00.000Z');
    expect(await deposit(commandId)).toMatchObject({ balance: 5, revision: 2 });
  });
});
