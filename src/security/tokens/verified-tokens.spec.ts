import { jest } from '@jest/globals';
import { Rights } from '../../common/access/rights.js';
import { VerifiedTokens } from './verified-tokens.js';

const NOW = Date.parse('2026-11-26T09:00:00Z');
const NOW_S = NOW / 1_000;
const PROOF = { actor: 'alice', rights: Rights.in('read:user') };

describe('Verified tokens', () => {
  let tokens: VerifiedTokens;

  beforeEach(() => {
    jest.useFakeTimers({ now: NOW });
    tokens = new VerifiedTokens();
  });

  afterEach(() => jest.useRealTimers());

  it('are known for a minute', () => {
    tokens.keep('a.b.c', PROOF, NOW_S + 3_600);
    jest.setSystemTime(NOW + 59_999);
    expect(tokens.find('a.b.c')).toBe(PROOF);
    jest.setSystemTime(NOW + 60_000);
    expect(tokens.find('a.b.c')).toBeUndefined();
  });

  it('are not known any more when they expire', () => {
    tokens.keep('a.b.c', PROOF, NOW_S + 10);
    jest.setSystemTime(NOW + 9_999);
    expect(tokens.find('a.b.c')).toBe(PROOF);
    jest.setSystemTime(NOW + 10_000);
    expect(tokens.find('a.b.c')).toBeUndefined();
  });

  it('are known with all of their signature only', () => {
    tokens.keep('a.b.c', PROOF, NOW_S + 3_600);
    for (const other of ['a.b.', 'a.b.d', 'a.b.cc', 'a.x.c', '']) {
      expect(tokens.find(other)).toBeUndefined();
    }
  });

  it('take no more than so much room', () => {
    for (let nth = 0; nth <= 10_000; nth++) tokens.keep(`${nth}`, PROOF, NOW_S + 3_600);
    expect(tokens.find('0')).toBeUndefined();
    expect(tokens.find('1')).toBe(PROOF);
    expect(tokens.find('10000')).toBe(PROOF);
  });
});
