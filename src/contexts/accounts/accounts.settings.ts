import { isCurrency } from '../../common/money/money.constraints.js';
import { ConfigurationError } from '../../event-sourcing/index.js';

/** How the accounts are set up. */
export interface AccountsOptions {
  /** The currency of the account that every new user gets, in ISO 4217. @default 'EUR' */
  readonly currency?: string;
}

export class AccountsSettings {
  readonly currency: string;

  /** @throws ConfigurationError */
  constructor({ currency = 'EUR' }: AccountsOptions) {
    if (!isCurrency(currency)) {
      throw new ConfigurationError([
        `"${currency}" is no currency. Type a code of ISO 4217 in capitals, for example ` +
          "AccountsModule.forRoot({ currency: 'EUR' }).",
      ]);
    }
    this.currency = currency;
  }
}
