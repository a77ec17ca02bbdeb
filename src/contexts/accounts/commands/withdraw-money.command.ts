import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { IsDescription } from '../../../common/money/money.constraints.js';
import { Money } from '../../../common/money/money.value-object.js';
import { AggregateRepository, InjectAggregateRepository } from '../../../event-sourcing/index.js';
import { AccountView, viewOf } from '../account-view.dto.js';
import { Account } from '../account.aggregate.js';
import { AccountCommand, AccountCommandOptions } from '../account.contract.js';

interface WithdrawalOptions extends AccountCommandOptions {
  readonly description?: string;
}

export class WithdrawMoney extends AccountCommand {
  readonly amount: Money;

  @IsDescription()
  readonly description?: string;

  constructor(id: string, amount: Money, options: WithdrawalOptions = {}) {
    super(id, options);
    this.amount = amount;
    this.description = options.description;
  }
}

@CommandHandler(WithdrawMoney)
export class WithdrawMoneyHandler implements ICommandHandler<WithdrawMoney> {
  constructor(
    @InjectAggregateRepository(Account) private readonly accounts: AggregateRepository<Account>,
  ) {}

  async execute(command: WithdrawMoney): Promise<AccountView> {
    const { id, amount, description, expectedRevision } = command;
    const withdraw = (account: Account): void => account.withdraw(amount, description);
    return viewOf(await this.accounts.execute(id, withdraw, { expectedRevision, command }));
  }
}
