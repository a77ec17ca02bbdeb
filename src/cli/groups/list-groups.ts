import { type GroupStatus } from '../../hub/groups/membership/group-status.js';
import { groupStatusOf } from '../../hub/groups/membership/member.dto.js';
import { type OutputOptions, print, printJson, printTable } from '../output.js';
import { inGroups } from './in-groups.js';

const HEADINGS = ['group', 'position', 'behind', 'in flight', 'parked', 'members'];
/** There are never more. */
const ALL = 1_000;

export async function listGroups({ json }: OutputOptions): Promise<void> {
  const found = await inGroups(async ({ groups, statuses }) => {
    const all: GroupStatus[] = [];
    for (const group of await groups.list('', ALL)) all.push(await statuses.of(group));
    return all;
  });
  if (json) return printJson({ items: found.map(groupStatusOf) });
  if (found.length === 0) return print('There are no consumer groups.');
  printTable(HEADINGS, found.map(rowOf));
  const parking = found.find(({ parked }) => parked > 0);
  if (parking) print('', `To see what is parked: hub groups parked ${parking.group.name}`);
}

function rowOf({ group, position, head, inFlight, parked, members }: GroupStatus): string[] {
  const figures = [position, Math.max(0, head - position), inFlight, parked, members.length];
  return [group.name, ...figures.map(String)];
}
