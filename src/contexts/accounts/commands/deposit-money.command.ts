import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import {
  AggregateRepository,
  Clock,
  InjectAggregateRepository,
} from '../../../event-sourcing/index.js';
import { AccountView, viewOf } from '../account-view.dto.js';
import { Account } from '../account.aggregate.js';
import { DepositMoney } from '../account.contract.js';
import { DepositExpiredError } from '../account.errors.js';

@CommandHandler(DepositMoney)
export class DepositMoneyHandler implements ICommandHandler<DepositMoney> {
  constructor(
    @InjectAggregateRepository(Account) private readonly accounts: AggregateRepository<Account>,
    private readonly clock: Clock,
  ) {}

  async execute(command: DepositMoney): Promise<AccountView> {
    const { id, amount, description, transferId, expiresAt, expectedRevision } = command;
    const deposit = (account: Account): void => {
      if (expiresAt && expiresAt <= this.clock.now()) throw new DepositExpiredError(id, expiresAt);
      account.deposit(amount, description, transferId);
    };
    return viewOf(await this.accounts.execute(id, deposit, { expectedRevision, command }));
  }
}
