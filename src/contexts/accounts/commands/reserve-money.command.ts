import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { AggregateRepository, InjectAggregateRepository } from '../../../event-sourcing/index.js';
import { AccountView, viewOf } from '../account-view.dto.js';
import { Account } from '../account.aggregate.js';
import { ReserveMoney } from '../account.contract.js';

@CommandHandler(ReserveMoney)
export class ReserveMoneyHandler implements ICommandHandler<ReserveMoney> {
  constructor(
    @InjectAggregateRepository(Account) private readonly accounts: AggregateRepository<Account>,
  ) {}

  async execute(command: ReserveMoney): Promise<AccountView> {
    const { id, transferId, amount, expectedRevision } = command;
    const reserve = (account: Account): void => account.reserve(transferId, amount);
    return viewOf(await this.accounts.execute(id, reserve, { expectedRevision, command }));
  }
}
