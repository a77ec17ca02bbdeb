import { Injectable } from '@nestjs/common';
import { EventStore, SqlDatabase } from '../../../event-sourcing/index.js';
import type { Group } from '../definition/group.js';
import { partitionOf } from '../definition/partition-of.js';
import { GroupWindows } from '../delivering/group-windows.js';
import { GroupTables } from '../group-turns.js';
import type { Member } from '../tables/member.table.js';
import type { Partition } from '../tables/partition.table.js';

/** A member, and what it has. */
export interface MemberStatus extends Member {
  readonly leaseLeftMs: number;
  readonly partitions: readonly number[];
  readonly inFlight: number;
}

/** How far a group has come. */
export interface GroupStatus {
  readonly group: Group;
  /** Everything up to here is acknowledged, parked, skipped or not wanted. */
  readonly position: number;
  readonly head: number;
  readonly inFlight: number;
  readonly parked: number;
  readonly members: readonly MemberStatus[];
}

/** Tells how groups are, without a lock. */
@Injectable()
export class GroupStatuses {
  constructor(
    private readonly database: SqlDatabase,
    private readonly store: EventStore,
    private readonly windows: GroupWindows,
  ) {}

  async of(group: Group): Promise<GroupStatus> {
    const tables = new GroupTables(this.database.read, group.name);
    const head = await this.store.headPosition();
    const partitions = await tables.partitions.list();
    const firstOpen = await tables.deliveries.firstOpen();
    const counts = await tables.deliveries.counts();
    const now = await tables.members.now();
    const members: MemberStatus[] = [];
    for (const member of await tables.members.list()) {
      const { id, leaseExpiresAt } = member;
      if (leaseExpiresAt <= now) continue;
      members.push({
        ...member,
        leaseLeftMs: leaseExpiresAt - now,
        partitions: partitions.filter((each) => each.member === id).map(({ number }) => number),
        inFlight: (await tables.deliveries.handedOutTo(id)).length,
      });
    }
    return {
      group,
      position: await this.positionOf(group, partitions, firstOpen),
      head,
      inFlight: counts['handed-out'],
      parked: counts.parked,
      members,
    };
  }

  /** Of what nobody has been given yet, it looks for the next that is wanted. */
  private async positionOf(
    group: Group,
    partitions: readonly Partition[],
    firstOpen: ReadonlyMap<number, number>,
  ): Promise<number> {
    const lowest = Math.min(...partitions.map(({ position }) => position));
    const { events, through } = await this.windows.of(group).after(lowest);
    const settled = partitions.map(({ number, position }) => {
      const open = firstOpen.get(number);
      if (open !== undefined) return open - 1;
      if (position > through) return position;
      const next = events.find(
        (event) =>
          event.position > position && partitionOf(event.stream, group.partitions) === number,
      );
      return next ? next.position - 1 : through;
    });
    return Math.min(...settled);
  }
}
