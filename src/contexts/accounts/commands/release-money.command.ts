import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { AggregateRepository, InjectAggregateRepository } from '../../../event-sourcing/index.js';
import { AccountView, viewOf } from '../account-view.dto.js';
import { Account } from '../account.aggregate.js';
import { IsTransferId } from '../account.constraints.js';
import { AccountCommand, AccountCommandOptions } from './account-command.js';

/** Makes what is reserved for a transfer available again. */
export class ReleaseMoney extends AccountCommand {
  @IsTransferId()
  readonly transferId: string;

  constructor(id: string, transferId: string, options: AccountCommandOptions = {}) {
    super(id, options);
    this.transferId = transferId;
  }
}

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
