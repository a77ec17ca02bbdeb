import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventSourcingModule } from '../../event-sourcing/index.js';
import { Account } from './account.aggregate.js';
import { type AccountsOptions, AccountsSettings } from './accounts.settings.js';
import { CaptureMoneyHandler } from './commands/capture-money.command.js';
import { CloseAccountHandler } from './commands/close-account.command.js';
import { DepositMoneyHandler } from './commands/deposit-money.command.js';
import { OpenAccountHandler } from './commands/open-account.command.js';
import { ReleaseMoneyHandler } from './commands/release-money.command.js';
import { ReserveMoneyHandler } from './commands/reserve-money.command.js';
import { WithdrawMoneyHandler } from './commands/withdraw-money.command.js';
import { AccountsController } from './http/accounts.controller.js';
import { OpenAccountWhenUserIsCreated } from './policies/open-account-when-user-is-created.policy.js';
import { FindAccountHandler } from './queries/find-account.query.js';
import { ListAccountsHandler } from './queries/list-accounts.query.js';
import { ReadStatementHandler } from './queries/read-statement.query.js';
import { AccountBalance } from './read-model/account-balance.entity.js';
import { AccountBalancesProjection } from './read-model/account-balances.projection.js';
import { CreateAccountBalances1764000000201 } from './read-model/create-account-balances.migration.js';
import { CreateAccountStatement1764000000202 } from './read-model/create-account-statement.migration.js';
import { StatementLine } from './read-model/statement-line.entity.js';

/** Accounts that hold money. */
@Module({
  imports: [
    EventSourcingModule.forFeature([Account], {
      migrations: [CreateAccountBalances1764000000201, CreateAccountStatement1764000000202],
    }),
    TypeOrmModule.forFeature([AccountBalance, StatementLine]),
  ],
  controllers: [AccountsController],
  providers: [
    OpenAccountHandler,
    DepositMoneyHandler,
    WithdrawMoneyHandler,
    ReserveMoneyHandler,
    ReleaseMoneyHandler,
    CaptureMoneyHandler,
    CloseAccountHandler,
    FindAccountHandler,
    ListAccountsHandler,
    ReadStatementHandler,
    AccountBalancesProjection,
    OpenAccountWhenUserIsCreated,
  ],
})
export class AccountsModule {
  static forRoot(options: AccountsOptions = {}): DynamicModule {
    return {
      module: AccountsModule,
      // Made when the application boots, so that a wrong setting is reported as every other is.
      providers: [{ provide: AccountsSettings, useFactory: () => new AccountsSettings(options) }],
    };
  }
}
