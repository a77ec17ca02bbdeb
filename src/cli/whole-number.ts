import { InvalidArgumentError } from 'commander';

/** @throws InvalidArgumentError that says what to type. */
export function wholeNumber(text: string, min: number, max: number): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new InvalidArgumentError(`Type a whole number from ${min} to ${max}.`);
}
