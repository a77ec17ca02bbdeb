import { ValueObject } from '../../event-sourcing/index.js';
import { CurrencyMismatchError, InvalidAmountError } from './money.errors.js';

/** The most money there can be in one place: the sum of any two amounts is still a whole number to JavaScript. */
export const MAX_MINOR_UNITS = 1_000_000_000_000_000;
const CURRENCY = /^[A-Z]{3}$/;

/** An amount from zero up, in the minor units of a currency: 1.50 euros are `new Money(150, 'EUR')`. */
@ValueObject('money')
export class Money {
  constructor(
    readonly minorUnits: number,
    /** Its code in ISO 4217. */
    readonly currency: string,
  ) {
    if (!Number.isInteger(minorUnits) || minorUnits < 0 || minorUnits > MAX_MINOR_UNITS) {
      throw new InvalidAmountError(
        `${minorUnits} is not an amount. Use a whole number of minor units from 0 to ${MAX_MINOR_UNITS}.`,
      );
    }
    if (!CURRENCY.test(currency)) {
      throw new InvalidAmountError(`"${currency}" is not a currency. Use a code like "EUR".`);
    }
  }

  get isZero(): boolean {
    return this.minorUnits === 0;
  }

  isMoreThan(other: Money): boolean {
    this.assertSameCurrency(other);
    return this.minorUnits > other.minorUnits;
  }

  plus(other: Money): Money {
    this.assertSameCurrency(other);
    return new Money(this.minorUnits + other.minorUnits, this.currency);
  }

  minus(other: Money): Money {
    this.assertSameCurrency(other);
    return new Money(this.minorUnits - other.minorUnits, this.currency);
  }

  private assertSameCurrency({ currency }: Money): void {
    if (currency !== this.currency) throw new CurrencyMismatchError(this.currency, currency);
  }
}
