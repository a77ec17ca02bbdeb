import { type OutputOptions, print, printJson } from '../output.js';
import { inGroups } from './in-groups.js';

export async function skipGroupParked(
  group: string,
  position: number,
  { json }: OutputOptions,
): Promise<void> {
  await inGroups(({ parked }) => parked.skip(group, position));
  if (json) return printJson({ group, position });
  print(
    `The event at position ${position} is given up.`,
    `What waits behind it stays parked: hub groups parked ${group}`,
  );
}
