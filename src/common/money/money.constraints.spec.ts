import { validateSync } from 'class-validator';
import { IsAmount, IsCurrency, IsDescription } from './money.constraints.js';
import { MAX_MINOR_UNITS } from './money.value-object.js';

class Constrained {
  @IsAmount()
  amount: unknown = 1;

  @IsCurrency()
  currency: unknown = 'EUR';

  @IsDescription()
  description: unknown = undefined;
}

function isValid(fields: Partial<Constrained>): boolean {
  return validateSync(Object.assign(new Constrained(), fields)).length === 0;
}

describe('An amount', () => {
  it.each([1, 1e3, MAX_MINOR_UNITS])('may be %j', (amount) => {
    expect(isValid({ amount })).toBe(true);
  });

  it.each([0, -1, -0, 0.5, MAX_MINOR_UNITS + 1, 1e308, NaN, '1', null, [1], {}, true])(
    'may not be %j',
    (amount) => {
      expect(isValid({ amount })).toBe(false);
    },
  );
});

describe('A currency', () => {
  it.each(['EUR', 'USD', 'JPY'])('may be %s', (currency) => {
    expect(isValid({ currency })).toBe(true);
  });

  it.each(['eur', 'ABC', '', 'EU', 'EUR ', '€', 978, null, ['EUR']])(
    'may not be %j',
    (currency) => {
      expect(isValid({ currency })).toBe(false);
    },
  );
});

describe('A description', () => {
  it.each([undefined, 'x', 'Miete für Mai 😀', 'x'.repeat(140)])('may be %j', (description) => {
    expect(isValid({ description })).toBe(true);
  });

  it.each(['', 'x'.repeat(141), 'a\0b', 'a\nb', '\ud800', null, 1, ['x']])(
    'may not be %j',
    (description) => {
      expect(isValid({ description })).toBe(false);
    },
  );
});
