import { type DynamicModule, Module } from '@nestjs/common';
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

const aggregates = EventSourcingModule.forFeature([Account]);

/**
 * What accounts may be asked to do, without a read model. A process that sends them commands and does not run the rest of
 * them imports it: the log keeps the rules true, wherever they are decided.
 */
@Module({
  imports: [aggregates],
  providers: [
    OpenAccountHandler,
    DepositMoneyHandler,
    WithdrawMoneyHandler,
    ReserveMoneyHandler,
    ReleaseMoneyHandler,
    CaptureMoneyHandler,
    CloseAccountHandler,
  ],
  exports: [aggregates, AccountsSettings],
})
export class AccountCommandsModule {
  static forRoot(options: AccountsOptions = {}): DynamicModule {
    return {
      module: AccountCommandsModule,
      // Made when the application boots, so that a wrong setting is reported as every other is.
      providers: [{ provide: AccountsSettings, useFactory: () => new AccountsSettings(options) }],
    };
  }
}
