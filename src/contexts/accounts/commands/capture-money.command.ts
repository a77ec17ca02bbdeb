import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { AggregateRepository, InjectAggregateRepository } from '../../../event-sourcing/index.js';
import { AccountView, viewOf } from '../account-view.dto.js';
import { Account } from '../account.aggregate.js';
import { CaptureMoney } from '../account.contract.js';

@CommandHandler(CaptureMoney)
export class CaptureMoneyHandler implements ICommandHandler<CaptureMoney> {
  constructor(
    @InjectAggregateRepository(Account) private readonly accounts: AggregateRepository<Account>,
  ) {}

  async execute(command: CaptureMoney): Promise<AccountView> {
    const { id, transferId, description, expectedRevision } = command;
    const capture = (account: Account): void => account.capture(transferId, description);
    return viewOf(await this.accounts.execute(id, capture, { expectedRevision, command }));
  }
}
