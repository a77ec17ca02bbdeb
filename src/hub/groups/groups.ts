import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { EventStore, PositionAheadOfLogError, SqlDatabase } from '../../event-sourcing/index.js';
import type { Group, GroupDefinition } from './definition/group.js';
import { groupDiffers, groupNotFound, tooManyGroups } from './group.problems.js';
import { GroupTurns } from './group-turns.js';
import { GroupTable } from './tables/group.table.js';
import { PartitionTable } from './tables/partition.table.js';

const MOST_GROUPS = 1_000;

/** Which consumer groups there are. */
@Injectable()
export class Groups {
  constructor(
    private readonly database: SqlDatabase,
    private readonly store: EventStore,
    private readonly turns: GroupTurns,
  ) {}

  /** @throws ProblemException */
  async find(name: string): Promise<Group> {
    const group = await this.table.find(name);
    if (!group) throw groupNotFound(name);
    return group;
  }

  list(after: string, limit: number): Promise<readonly Group[]> {
    return this.table.list(after, limit);
  }

  /**
   * @returns whether it is new; false where the same was created before
   * @throws ProblemException, PositionAheadOfLogError
   */
  async create(name: string, definition: GroupDefinition): Promise<boolean> {
    if (await this.isThere(name, definition)) return false;
    const head = await this.store.headPosition();
    const { start, partitions } = definition;
    if (start !== 'end' && start > head) throw new PositionAheadOfLogError(start, head);
    const startedAfter = start === 'end' ? head : start;
    const isNew = await this.database.write(async (sql) => {
      const table = new GroupTable(sql);
      if (!(await table.add(name, randomUUID(), definition, startedAfter))) return false;
      if ((await table.count()) > MOST_GROUPS) throw tooManyGroups(MOST_GROUPS);
      await new PartitionTable(sql, name).addAll(partitions, startedAfter);
      return true;
    });
    // Somebody else was faster.
    if (!isNew) await this.isThere(name, definition);
    return isNew;
  }

  /** @throws ProblemException */
  async delete(name: string): Promise<void> {
    await this.turns.take(name, ({ sql }) => new GroupTable(sql).remove(name));
  }

  private async isThere(name: string, definition: GroupDefinition): Promise<boolean> {
    const existing = await this.table.find(name);
    if (!existing) return false;
    const { name: _, id: _id, startedAfter: _from, createdAt: _at, ...defined } = existing;
    if (!isDeepStrictEqual(defined, JSON.parse(JSON.stringify(definition)))) {
      throw groupDiffers(name);
    }
    return true;
  }

  private get table(): GroupTable {
    return new GroupTable(this.database.read);
  }
}
