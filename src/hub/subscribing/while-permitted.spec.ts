import { jest } from '@jest/globals';
import { Rights } from '../../common/access/rights.js';
import { whilePermitted } from './while-permitted.js';

describe('What goes on for long', () => {
  let isGood = true;
  let ends = 0;
  const end = (): void => void (ends += 1);
  const caller = { actor: 'key:a', rights: Rights.in(''), isStillGood: async () => isGood };

  beforeEach(() => {
    isGood = true;
    ends = 0;
    jest.useFakeTimers();
  });

  afterEach(() => jest.useRealTimers());

  it('ends within two seconds when its caller is not good any more', async () => {
    const stop = whilePermitted(caller, end);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(ends).toBe(0);
    isGood = false;
    await jest.advanceTimersByTimeAsync(2_000);
    expect(ends).toBe(1);
    stop();
  });

  it('is left alone when it has ended, and where nobody is asked', async () => {
    isGood = false;
    whilePermitted(caller, end)();
    whilePermitted(undefined, end);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(ends).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });
});
