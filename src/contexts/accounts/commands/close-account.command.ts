import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { AggregateRepository, InjectAggregateRepository } from '../../../event-sourcing/index.js';
import { AccountView, viewOf } from '../account-view.dto.js';
import { Account } from '../account.aggregate.js';
import { AccountCommand, AccountCommandOptions } from '../account.contract.js';

export class CloseAccount extends AccountCommand {
  constructor(id: string, options: AccountCommandOptions = {}) {
    super(id, options);
  }
}

@CommandHandler(CloseAccount)
export class CloseAccountHandler implements ICommandHandler<CloseAccount> {
  constructor(
    @InjectAggregateRepository(Account) private readonly accounts: AggregateRepository<Account>,
  ) {}

  async execute(command: CloseAccount): Promise<AccountView> {
    const { id, expectedRevision } = command;
    const close = (account: Account): void => account.close();
    return viewOf(await this.accounts.execute(id, close, { expectedRevision, command }));
  }
}
