import { CommandFailedError } from '../command-failed.error.js';
import { type GroupServices, inHub } from '../hub.js';

/** Does `work` on the consumer groups of the settings. @throws CommandFailedError where there can be none. */
export function inGroups<T>(work: (services: GroupServices) => Promise<T>): Promise<T> {
  return inHub(({ groups }) => {
    if (groups) return work(groups);
    throw new CommandFailedError(
      'There are no consumer groups where the log is not served over HTTP. Set HUB=on as for the server.',
    );
  });
}
