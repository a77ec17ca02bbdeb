import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { AggregateRepository, InjectAggregateRepository } from '../../../event-sourcing/index.js';
import { AccountView, viewOf } from '../account-view.dto.js';
import { Account } from '../account.aggregate.js';
import { ReleaseMoney } from '../account.contract.js';

@CommandHandler(ReleaseMoney)
export class ReleaseMoneyHandler implements ICommandHandler<ReleaseMoney> {
  constructor(
    @InjectAggregateRepository(Account) private readonly accounts: AggregateRepository<Account>,
  ) {}

  async execute(command: ReleaseMoney): Promise<AccountView> {
    const { id, transferId, expectedRevision } = command;
    const release = (account: Account): void => account.release(transferId);
    return viewOf(await this.accounts.execute(id, release, { expectedRevision, command }));
  }
}
