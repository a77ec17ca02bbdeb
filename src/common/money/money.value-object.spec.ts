import { CurrencyMismatchError, InvalidAmountError } from './money.errors.js';
import { MAX_MINOR_UNITS, Money } from './money.value-object.js';

describe('Money', () => {
  it.each([0, 1, MAX_MINOR_UNITS])('may be %d minor units', (minorUnits) => {
    expect(new Money(minorUnits, 'EUR').minorUnits).toBe(minorUnits);
  });

  it.each([-1, 0.5, MAX_MINOR_UNITS + 1, NaN, Infinity])(
    'may not be %d minor units',
    (minorUnits) => {
      expect(() => new Money(minorUnits, 'EUR')).toThrow(InvalidAmountError);
    },
  );

  it.each(['', 'eur', 'EURO', 'E1R', '€'])('may not be in "%s"', (currency) => {
    expect(() => new Money(1, currency)).toThrow(InvalidAmountError);
  });

  it('is added, taken away and compared', () => {
    const [two, three] = [new Money(2, 'EUR'), new Money(3, 'EUR')];
    expect(two.plus(three)).toEqual(new Money(5, 'EUR'));
    expect(three.minus(two)).toEqual(new Money(1, 'EUR'));
    expect(three.isMoreThan(two)).toBe(true);
    expect(three.isMoreThan(three)).toBe(false);
  });

  it('is never less than nothing, and never more than there can be', () => {
    expect(() => new Money(2, 'EUR').minus(new Money(3, 'EUR'))).toThrow(InvalidAmountError);
    const most = new Money(MAX_MINOR_UNITS, 'EUR');
    expect(() => most.plus(new Money(1, 'EUR'))).toThrow(InvalidAmountError);
    expect(Number.isSafeInteger(2 * MAX_MINOR_UNITS)).toBe(true);
  });

  it('of two currencies is never mixed', () => {
    const [euros, dollars] = [new Money(2, 'EUR'), new Money(1, 'USD')];
    expect(() => euros.plus(dollars)).toThrow(CurrencyMismatchError);
    expect(() => euros.minus(dollars)).toThrow(CurrencyMismatchError);
    expect(() => euros.isMoreThan(dollars)).toThrow(CurrencyMismatchError);
  });
});
