import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { AggregateRepository, InjectAggregateRepository } from '../../../event-sourcing/index.js';
import { AccountView, viewOf } from '../account-view.dto.js';
import { Account } from '../account.aggregate.js';
import { IsTransferId } from '../account.constraints.js';
import { Money } from '../money.value-object.js';
import { AccountCommand, AccountCommandOptions } from './account-command.js';

/** Sets money aside for a transfer. */
export class ReserveMoney extends AccountCommand {
  @IsTransferId()
  readonly transferId: string;

  readonly amount: Money;

  constructor(id: string, transferId: string, amount: Money, options: AccountCommandOptions = {}) {
    super(id, options);
    this.transferId = transferId;
    this.amount = amount;
  }
}

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
