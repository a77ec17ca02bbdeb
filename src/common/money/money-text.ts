import type { Money } from './money.value-object.js';

/** For people: `25.50 EUR`, with as many decimals as the currency has. */
export function moneyText({ minorUnits, currency }: Money): string {
  const { maximumFractionDigits = 0 } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions();
  return `${(minorUnits / 10 ** maximumFractionDigits).toFixed(maximumFractionDigits)} ${currency}`;
}
