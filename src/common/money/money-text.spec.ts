import { moneyText } from './money-text.js';
import { MAX_MINOR_UNITS, Money } from './money.value-object.js';

describe('Money as text', () => {
  it.each([
    [2_550, 'EUR', '25.50 EUR'],
    [5, 'EUR', '0.05 EUR'],
    [0, 'EUR', '0.00 EUR'],
    [500, 'JPY', '500 JPY'],
    [1_234, 'KWD', '1.234 KWD'],
    [MAX_MINOR_UNITS, 'EUR', '10000000000000.00 EUR'],
    [MAX_MINOR_UNITS - 1, 'EUR', '9999999999999.99 EUR'],
  ])('of %d %s is %s', (minorUnits, currency, text) => {
    expect(moneyText(new Money(minorUnits, currency))).toBe(text);
  });
});
