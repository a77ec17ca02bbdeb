import { CommandFailedError } from '../command-failed.error.js';
import { counted, type OutputOptions, print, printJson } from '../output.js';
import { inGroups } from './in-groups.js';

export async function retryGroupParked(
  group: string,
  stream: string,
  { json }: OutputOptions,
): Promise<void> {
  const retried = await inGroups(({ parked }) => parked.retry(group, stream));
  if (retried === 0) {
    throw new CommandFailedError(
      `Nothing of "${stream}" is parked by ${group}. What is: hub groups parked ${group}`,
    );
  }
  if (json) return printJson({ retried });
  print(`${counted(retried, 'event')} of ${stream} will be handed out again, in their order.`);
}
