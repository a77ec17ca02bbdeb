import type { Hub } from '../hub.js';
import { print } from '../output.js';

/**
 * Has this process do the work where no server is there to do it.
 * @returns whether there is a server
 */
export async function lendAHand(
  { processors, rebuilds }: Hub,
  projection: string,
  isSilent: boolean,
): Promise<boolean> {
  const { owner } = await processors.status(projection);
  if (owner !== undefined) return true;
  if (!isSilent) print('No server runs this projection, so that this process does the work.');
  rebuilds.takePart();
  return false;
}
