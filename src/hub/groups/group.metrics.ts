import { Injectable, Optional } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { MetricsRegistry } from '../../ops/metrics/metrics-registry.js';
import { Groups } from './groups.js';
import { type GroupStatus, GroupStatuses } from './membership/group-status.js';

/** What a gauge says of each group. */
const FIGURES: Readonly<
  Record<string, readonly [help: string, figure: (status: GroupStatus) => number]>
> = {
  position: ['The position up to which it has settled what it wants.', ({ position }) => position],
  lag_events: [
    'How many events of the log are behind that.',
    ({ head, position }) => Math.max(0, head - position),
  ],
  in_flight: ['How many events its members have.', ({ inFlight }) => inFlight],
  parked: ['How many events it has set aside.', ({ parked }) => parked],
  members: ['How many members it has.', ({ members }) => members.length],
};

/** Looking up more would make a scrape expensive. */
const MOST_GROUPS = 100;

/** How far the first consumer groups by name have come, looked up when somebody asks. */
@Injectable()
export class GroupMetrics {
  constructor(groups: Groups, statuses: GroupStatuses, @Optional() registry?: MetricsRegistry) {
    if (!registry) return;
    const look = async (): Promise<readonly GroupStatus[]> => {
      const found: GroupStatus[] = [];
      for (const group of await groups.list('', MOST_GROUPS)) found.push(await statuses.of(group));
      return found;
    };
    let looked: Promise<readonly GroupStatus[]> | undefined;
    for (const [name, [help, figure]] of Object.entries(FIGURES)) {
      new Gauge({
        name: `hindsight_group_${name}`,
        help,
        labelNames: ['group'],
        registers: [registry],
        async collect() {
          // All gauges are collected at once: one look is enough.
          looked ??= look().catch(() => []);
          const found = await looked;
          looked = undefined;
          this.reset();
          for (const status of found) this.set({ group: status.group.name }, figure(status));
        },
      });
    }
  }
}
