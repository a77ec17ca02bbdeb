import type { Partition } from '../tables/partition.table.js';

type Assigned = Omit<Partition, 'position'>;

/**
 * Shares partitions out among members, as evenly as can be. Who has some keeps them as far as that goes. A partition that is
 * to change hands leaves its member first: it gets no more of it, and only when it has nothing of it is the partition free.
 *
 * @param members in the order in which they have joined
 * @param busy the partitions of which somebody has something
 * @returns the partitions that are not as they were
 */
export function balance(
  partitions: readonly Assigned[],
  members: readonly string[],
  busy: ReadonlySet<number>,
): readonly Assigned[] {
  const wanted = new Map<number, Assigned>();
  const held = new Map<string, Assigned[]>(members.map((member) => [member, []]));
  const free: Assigned[] = [];
  for (const partition of partitions) {
    const own = partition.member === null ? undefined : held.get(partition.member);
    (own ?? free).push(partition);
  }
  const quotas = quotasOf(held, partitions.length);
  for (const [member, own] of held) {
    const quota = quotas.get(member) ?? 0;
    // Those that stay come first, and of those that go, the idle ones, which go at once.
    own.sort(
      (one, other) =>
        Number(one.leaving) - Number(other.leaving) ||
        Number(busy.has(other.number)) - Number(busy.has(one.number)) ||
        one.number - other.number,
    );
    own.forEach((partition, place) => {
      if (place < quota) wanted.set(partition.number, { ...partition, leaving: false });
      else if (busy.has(partition.number)) {
        wanted.set(partition.number, { ...partition, leaving: true });
      } else free.push(partition);
    });
    held.set(member, own.slice(0, quota));
  }
  free.sort((one, other) => one.number - other.number);
  for (const { number } of free) {
    const [member] = [...held].find(([each, own]) => own.length < (quotas.get(each) ?? 0)) ?? [];
    const partition = { number, member: member ?? null, leaving: false };
    if (member !== undefined) held.get(member)?.push(partition);
    wanted.set(number, partition);
  }
  return partitions.flatMap(({ number, member, leaving }) => {
    const next = wanted.get(number);
    return next && (next.member !== member || next.leaving !== leaving) ? [next] : [];
  });
}

/** How many each may have: what is left over goes to those who have most. */
function quotasOf(
  held: ReadonlyMap<string, readonly Assigned[]>,
  count: number,
): ReadonlyMap<string, number> {
  const least = Math.floor(count / held.size);
  const left = count % held.size;
  const staying = (own: readonly Assigned[]): number =>
    own.filter(({ leaving }) => !leaving).length;
  const byMost = [...held].sort(([, one], [, other]) => staying(other) - staying(one));
  return new Map(byMost.map(([member], place) => [member, least + (place < left ? 1 : 0)]));
}
