import type { ParkedEvents, Processors, ProjectionRebuilds } from '../event-sourcing/index.js';
import type { Groups } from '../hub/groups/groups.js';
import type { GroupStatuses } from '../hub/groups/membership/group-status.js';
import type { ParkedDeliveries } from '../hub/groups/parking/parked-deliveries.js';
import type { ApiKeys } from '../security/keys/api-keys.js';
import type { DeadLetters } from '../messaging/index.js';

/** What the commands work on: a hub that runs nothing by itself. */
export interface Hub {
  readonly processors: Processors;
  readonly parked: ParkedEvents;
  readonly rebuilds: ProjectionRebuilds;
  readonly keys: ApiKeys;
  /** Where events of other services come in. */
  readonly deadLetters?: DeadLetters;
  /** Where the log is served. */
  readonly groups?: GroupServices;
}

/** Consumer groups, how they are, and what they have set aside. */
export interface GroupServices {
  readonly groups: Groups;
  readonly statuses: GroupStatuses;
  readonly parked: ParkedDeliveries;
}

/** Does `work` on the hub of the settings. @returns what \`work\` does; the hub is closed by then. */
export async function inHub<T>(work: (hub: Hub) => Promise<T>): Promise<T> {
  const { openHub } = await import('./open-hub.js');
  const open = await openHub();
  try {
    return await work(open.hub);
  } finally {
    await open.close();
  }
}
