import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { AggregateRepository, InjectAggregateRepository } from '../../../event-sourcing/index.js';
import { AccountView, viewOf } from '../account-view.dto.js';
import { Account } from '../account.aggregate.js';
import { IsDescription, IsTransferId } from '../account.constraints.js';
import { AccountCommand, AccountCommandOptions } from './account-command.js';

interface CaptureOptions extends AccountCommandOptions {
  readonly description?: string;
}

/** Takes what is reserved for a transfer out of the account. */
export class CaptureMoney extends AccountCommand {
  @IsTransferId()
  readonly transferId: string;

  @IsDescription()
  readonly description?: string;

  constructor(id: string, transferId: string, options: CaptureOptions = {}) {
    super(id, options);
    this.transferId = transferId;
    this.description = options.description;
  }
}

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
