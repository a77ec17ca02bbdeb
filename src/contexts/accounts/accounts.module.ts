import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventSourcingModule } from '../../event-sourcing/index.js';
import { AccountCommandsModule } from './account-commands.module.js';
import type { AccountsOptions } from './accounts.settings.js';
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
    EventSourcingModule.forFeature([], {
      migrations: [CreateAccountBalances1764000000201, CreateAccountStatement1764000000202],
    }),
    TypeOrmModule.forFeature([AccountBalance, StatementLine]),
  ],
  controllers: [AccountsController],
  providers: [
    FindAccountHandler,
    ListAccountsHandler,
    ReadStatementHandler,
    AccountBalancesProjection,
    OpenAccountWhenUserIsCreated,
  ],
})
export class AccountsModule {
  static forRoot(options: AccountsOptions = {}): DynamicModule {
    return { module: AccountsModule, imports: [AccountCommandsModule.forRoot(options)] };
  }
}
