import type { Sql } from '../../../event-sourcing/index.js';
import type { Group, GroupDefinition } from '../definition/group.js';

const COLUMNS = 'name, id, definition, start, created_at';

interface GroupRow {
  readonly name: string;
  readonly id: string;
  readonly definition: string;
  readonly start: number | string;
  readonly created_at: number | string;
}

/** A group whose row is locked, and the time by the database's clock. */
export interface LockedGroup {
  readonly group: Group;
  readonly now: number;
}

/** The table `hub_groups`. Whoever changes what belongs to a group holds its row, in whatever process, until he is done. */
export class GroupTable {
  constructor(private readonly sql: Sql) {}

  async find(name: string): Promise<Group | undefined> {
    const [row] = await this.sql<GroupRow>(`SELECT ${COLUMNS} FROM hub_groups WHERE name = ?`, [
      name,
    ]);
    return row && groupOf(row);
  }

  /** By their names. */
  async list(after: string, limit: number): Promise<readonly Group[]> {
    const rows = await this.sql<GroupRow>(
      `SELECT ${COLUMNS} FROM hub_groups WHERE name > ? ORDER BY name LIMIT ?`,
      [after, limit],
    );
    return rows.map(groupOf);
  }

  async count(): Promise<number> {
    const [row] = await this.sql<{ readonly count: number | string }>(
      'SELECT count(*) AS count FROM hub_groups',
    );
    return Number(row.count);
  }

  /** @param breakOff see `SqlDatabase.breakingOffAfter` */
  async lock(name: string, breakOff: string): Promise<LockedGroup | undefined> {
    const [row] = await this.sql<GroupRow & { readonly now: number | string }>(
      `UPDATE hub_groups SET turns = turns + 1 WHERE name = ?
        RETURNING ${COLUMNS}, {now} AS now${breakOff}`,
      [name],
    );
    return row && { group: groupOf(row), now: Number(row.now) };
  }

  /** @returns false when there is one of that name. */
  async add(
    name: string,
    id: string,
    definition: GroupDefinition,
    startedAfter: number,
  ): Promise<boolean> {
    const rows = await this.sql(
      `INSERT INTO hub_groups (name, id, definition, start, turns, created_at) VALUES (?, ?, ?, ?, 0, {now})
        ON CONFLICT DO NOTHING RETURNING name`,
      [name, id, JSON.stringify(definition), startedAfter],
    );
    return rows.length === 1;
  }

  /** With everything that belongs to it. */
  async remove(name: string): Promise<boolean> {
    for (const table of ['deliveries', 'partitions', 'members']) {
      await this.sql(`DELETE FROM hub_group_${table} WHERE group_name = ?`, [name]);
    }
    const rows = await this.sql('DELETE FROM hub_groups WHERE name = ? RETURNING name', [name]);
    return rows.length === 1;
  }
}

function groupOf({ name, id, definition, start, created_at }: GroupRow): Group {
  return {
    ...(JSON.parse(definition) as GroupDefinition),
    name,
    id,
    startedAfter: Number(start),
    createdAt: new Date(Number(created_at)),
  };
}
