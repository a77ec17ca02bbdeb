import { deliveriesOf } from './deliveries.js';

const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);

describe('the deliveries of a specification', () => {
  it.each([0, 1, 2, 3, 4, 10, 100])(
    'of %i events have each of them once, in any process',
    (count) => {
      for (const { processes } of deliveriesOf(count)) expect(sum(processes.flat())).toBe(count);
    },
  );

  it('are the whole, single events, random batches, and halves that are interrupted', () => {
    const [whole, single, random, interrupted, ...others] = deliveriesOf(5);
    expect(whole).toEqual({ name: 'in one batch', processes: [[5]] });
    expect(single).toEqual({ name: 'one by one', processes: [[1, 1, 1, 1, 1]] });
    const [sizes] = random.processes;
    expect(random.name).toBe(`in batches of ${sizes.join(', ')}`);
    expect(sizes.length).toBeGreaterThan(1);
    expect(interrupted).toMatchObject({ processes: [[3], [2], [0]], interrupted: true });
    expect(others).toEqual([]);
  });

  it('are cut elsewhere each time', () => {
    const names = Array.from({ length: 50 }, () => deliveriesOf(30)[2].name);
    expect(new Set(names).size).toBeGreaterThan(1);
  });

  it('are fewer where there is less to cut', () => {
    expect([0, 1, 2, 3].map((count) => deliveriesOf(count).length)).toEqual([2, 2, 3, 4]);
  });
});
