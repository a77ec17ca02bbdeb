import { ConfigurationError } from '../../event-sourcing/index.js';
import { AccountsSettings } from './accounts.settings.js';

describe('The settings of the accounts', () => {
  it('are made for euros', () => {
    expect(new AccountsSettings({}).currency).toBe('EUR');
    expect(new AccountsSettings({ currency: 'JPY' }).currency).toBe('JPY');
  });

  it.each(['', 'eur', 'ABC', 'EURO'])(
    'refuse the currency "%s", saying what to type',
    (currency) => {
      const make = () => new AccountsSettings({ currency });
      expect(make).toThrow(ConfigurationError);
      expect(make).toThrow("AccountsModule.forRoot({ currency: 'EUR' })");
    },
  );
});
