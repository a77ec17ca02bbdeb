import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { IsCurrency } from '../../../common/money/money.constraints.js';
import {
  AggregateCommitter,
  AggregateRepository,
  Effect,
  InjectAggregateRepository,
  RepeatableCommand,
} from '../../../event-sourcing/index.js';
import { AccountView, viewOf } from '../account-view.dto.js';
import { Account } from '../account.aggregate.js';
import { IsAccountId, IsOwner } from '../account.constraints.js';

export class OpenAccount extends RepeatableCommand<AccountView> {
  @IsAccountId()
  readonly id: string;

  @IsOwner()
  readonly owner: string;

  @IsCurrency()
  readonly currency: string;

  constructor(id: string, owner: string, currency: string, commandId?: string) {
    super(commandId);
    this.id = id;
    this.owner = owner;
    this.currency = currency;
  }
}

@CommandHandler(OpenAccount)
export class OpenAccountHandler implements ICommandHandler<OpenAccount> {
  constructor(
    @InjectAggregateRepository(Account) private readonly accounts: AggregateRepository<Account>,
    private readonly committer: AggregateCommitter,
  ) {}

  async execute(command: OpenAccount): Promise<AccountView> {
    return viewOf(await this.accounts.once(command.id, command, () => this.open(command)));
  }

  private async open(command: OpenAccount): Promise<Effect<Account>> {
    const aggregate = Account.open(command.id, command.owner, command.currency);
    return { aggregate, stored: await this.committer.commitOnce(command, aggregate) };
  }
}
