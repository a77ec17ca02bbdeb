import fc from 'fast-check';
import { balance } from './balance.js';

type Shared = Parameters<typeof balance>[0][number];

const MEMBERS = ['ada', 'bob', 'cyd', 'dan', 'eve'];

/** Partitions as earlier rounds may have left them, who is there now, and what somebody has something of. */
const situations = fc
  .record({
    members: fc.uniqueArray(fc.constantFrom(...MEMBERS)),
    owners: fc.array(
      fc.record({
        member: fc.constantFrom(null, ...MEMBERS),
        leaving: fc.boolean(),
        isBusy: fc.boolean(),
      }),
      { minLength: 1, maxLength: 20 },
    ),
  })
  .map(({ members, owners }) => ({
    members,
    // Of a member that is none any more, nothing is left.
    partitions: owners.map(({ member, leaving }, number): Shared => {
      const isThere = member !== null && members.includes(member);
      return { number, member: isThere ? member : null, leaving: isThere && leaving };
    }),
    busy: new Set(
      owners.flatMap(({ member, isBusy }, number) =>
        isBusy && member !== null && members.includes(member) ? [number] : [],
      ),
    ),
  }));

function shared(
  partitions: readonly Shared[],
  members: readonly string[],
  busy: ReadonlySet<number>,
) {
  const changes = new Map(balance(partitions, members, busy).map((each) => [each.number, each]));
  return partitions.map((partition) => changes.get(partition.number) ?? partition);
}

describe('Partitions that are shared out', () => {
  it('never change hands while somebody has something of them', () => {
    fc.assert(
      fc.property(situations, ({ partitions, members, busy }) => {
        const after = shared(partitions, members, busy);
        for (const number of busy) expect(after[number].member).toBe(partitions[number].member);
      }),
    );
  });

  it('are shared evenly, and all of them, as soon as nobody has anything', () => {
    fc.assert(
      fc.property(situations, ({ partitions, members, busy }) => {
        const after = shared(shared(partitions, members, busy), members, new Set());
        const counts = members.map((id) => after.filter(({ member }) => member === id).length);
        expect(after.filter(({ member }) => member === null)).toHaveLength(
          members.length === 0 ? partitions.length : 0,
        );
        expect(after.some(({ leaving }) => leaving)).toBe(false);
        if (members.length > 0) {
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('come to rest: whoever is to leave some may be left some of them again, and no more', () => {
    fc.assert(
      fc.property(situations, ({ partitions, members, busy }) => {
        const once = shared(partitions, members, busy);
        const twice = shared(once, members, busy);
        expect(balance(twice, members, busy)).toEqual([]);
        expect(twice.map(({ member }) => member)).toEqual(once.map(({ member }) => member));
      }),
    );
  });

  it('stay with whom they are, but for those that one who has come is owed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 4 }),
        (count, present) => {
          const members = MEMBERS.slice(0, present);
          const free = Array.from({ length: count }, (_, number): Shared => ({
            number,
            member: null,
            leaving: false,
          }));
          const before = shared(free, members, new Set());
          const after = shared(before, MEMBERS.slice(0, present + 1), new Set());
          const moved = after.filter(({ member, number }) => member !== before[number].member);
          expect(moved.every(({ member }) => member === MEMBERS[present])).toBe(true);
          expect(moved.length).toBe(Math.floor(count / (present + 1)));
        },
      ),
    );
  });
});
