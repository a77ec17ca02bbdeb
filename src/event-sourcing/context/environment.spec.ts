import { SystemClock } from './clock.js';
import { UuidV7Generator } from './id-generator.js';
import { SystemRandom } from './random.js';

describe('the environment', () => {
  it('gives ids that are all different, in lower case, of version 7, and ordered', () => {
    const ids = new UuidV7Generator();
    const given = Array.from({ length: 1_000 }, () => ids.next());
    expect(new Set(given).size).toBe(1_000);
    expect(given.toSorted()).toEqual(given);
    expect(given).toEqual(
      given.map(
        () => expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string,
      ),
    );
    expect(given.every((id) => id[14] === '7')).toBe(true);
  });

  it('tells the time of the machine', () => {
    const before = Date.now();
    const now = new SystemClock().now().getTime();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  it('gives random numbers from 0 up to, and not including, 1', () => {
    const random = new SystemRandom();
    const given = Array.from({ length: 1_000 }, () => random.next());
    expect(given.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(new Set(given).size).toBeGreaterThan(900);
  });
});
