import { RateLimits } from './rate-limits.js';

describe('Rate limits', () => {
  let limits: RateLimits;

  beforeEach(() => {
    limits = new RateLimits({ requestsPerMinute: 2, anonymousRequestsPerMinute: 1 });
  });

  it('count each identity by itself', async () => {
    expect(await limits.ofIdentity('key:a')).toMatchObject({ isExceeded: false, remaining: 1 });
    expect(await limits.ofIdentity('key:a')).toMatchObject({ isExceeded: false, remaining: 0 });
    expect(await limits.ofIdentity('key:a')).toMatchObject({ isExceeded: true, limit: 2 });
    expect(await limits.ofIdentity('key:b')).toMatchObject({ isExceeded: false });
  });

  it('say when to go on', async () => {
    const { resetSeconds } = await limits.ofIdentity('key:a');
    expect(resetSeconds).toBeGreaterThan(0);
    expect(resetSeconds).toBeLessThanOrEqual(60);
  });

  it.each([
    ['127.0.0.1', '127.0.0.1', true],
    ['127.0.0.1', '127.0.0.2', false],
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', true],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
    ['2001:db8::1', '2001:db8::2', true],
    ['2001:db8::1', '2001:db9::1', false],
    ['::ffff:10.0.0.1', '::ffff:10.0.0.2', false],
    ['::1', '::2', true],
  ])('count %s and %s together: %s', async (one, other, isTogether) => {
    await limits.ofAddress(one);
    expect((await limits.ofAddress(other)).isExceeded).toBe(isTogether);
  });
});
