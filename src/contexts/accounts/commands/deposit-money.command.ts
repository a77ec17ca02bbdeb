import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { IsOptional } from 'class-validator';
import { AggregateRepository, InjectAggregateRepository } from '../../../event-sourcing/index.js';
import { AccountView, viewOf } from '../account-view.dto.js';
import { Account } from '../account.aggregate.js';
import { IsDescription, IsTransferId } from '../account.constraints.js';
import { Money } from '../money.value-object.js';
import { AccountCommand, AccountCommandOptions } from './account-command.js';

interface DepositOptions extends AccountCommandOptions {
  readonly description?: string;
  /** The transfer that brings the money. */
  readonly transferId?: string;
}

export class DepositMoney extends AccountCommand {
  readonly amount: Money;

  @IsDescription()
  readonly description?: string;

  @IsOptional()
  @IsTransferId()
  readonly transferId?: string;

  constructor(id: string, amount: Money, options: DepositOptions = {}) {
    super(id, options);
    this.amount = amount;
    this.description = options.description;
    this.transferId = options.transferId;
  }
}

@CommandHandler(DepositMoney)
export class DepositMoneyHandler implements ICommandHandler<DepositMoney> {
  constructor(
    @InjectAggregateRepository(Account) private readonly accounts: AggregateRepository<Account>,
  ) {}

  async execute(command: DepositMoney): Promise<AccountView> {
    const { id, amount, description, transferId, expectedRevision } = command;
    const deposit = (account: Account): void => account.deposit(amount, description, transferId);
    return viewOf(await this.accounts.execute(id, deposit, { expectedRevision, command }));
  }
}
