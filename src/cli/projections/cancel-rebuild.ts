import { CommandFailedError } from '../command-failed.error.js';
import { inHub } from '../hub.js';
import { type OutputOptions, print, printJson } from '../output.js';

export async function cancelRebuild(name: string, { json }: OutputOptions): Promise<void> {
  const isCancelled = await inHub(({ rebuilds }) => rebuilds.cancel(name));
  if (json) printJson({ projection: name, cancelled: isCancelled });
  if (!isCancelled) throw new CommandFailedError(`No rebuild of ${name} is under way.`);
  if (!json) print(`The rebuild of ${name} is given up. What served before serves.`);
}
