import type { Sql } from '../../../event-sourcing/index.js';

/** A worker that has joined a group. */
export interface Member {
  readonly id: string;
  /** Who has joined; null where nobody is asked who they are. */
  readonly actor: string | null;
  readonly joinedAt: Date;
  /** Until when it is one, in milliseconds since 1970 by the database's clock. */
  readonly leaseExpiresAt: number;
}

interface MemberRow {
  readonly id: string;
  readonly actor: string | null;
  readonly joined_at: number | string;
  readonly lease_expires_at: number | string;
}

const COLUMNS = 'id, actor, joined_at, lease_expires_at';

/** The members of one group. */
export class MemberTable {
  constructor(
    private readonly sql: Sql,
    private readonly group: string,
  ) {}

  /** In the order in which they have joined. */
  async list(): Promise<readonly Member[]> {
    const rows = await this.sql<MemberRow>(
      `SELECT ${COLUMNS} FROM hub_group_members WHERE group_name = ? ORDER BY joined_at, id`,
      [this.group],
    );
    return rows.map(memberOf);
  }

  async find(id: string): Promise<Member | undefined> {
    const [row] = await this.sql<MemberRow>(
      `SELECT ${COLUMNS} FROM hub_group_members WHERE group_name = ? AND id = ?`,
      [this.group, id],
    );
    return row && memberOf(row);
  }

  /** Those whose lease has run out. */
  async expired(): Promise<readonly string[]> {
    const rows = await this.sql<{ readonly id: string }>(
      'SELECT id FROM hub_group_members WHERE group_name = ? AND lease_expires_at <= {now}',
      [this.group],
    );
    return rows.map(({ id }) => id);
  }

  /** The time by the database's clock. */
  async now(): Promise<number> {
    const [row] = await this.sql<{ readonly now: number | string }>('SELECT {now} AS now');
    return Number(row.now);
  }

  async add(id: string, actor: string | null, leaseMs: number): Promise<void> {
    await this.sql(
      `INSERT INTO hub_group_members (group_name, ${COLUMNS}) VALUES (?, ?, ?, {now}, {now} + ?)`,
      [this.group, id, actor, leaseMs],
    );
  }

  async renew(id: string, leaseMs: number): Promise<void> {
    await this.sql(
      'UPDATE hub_group_members SET lease_expires_at = {now} + ? WHERE group_name = ? AND id = ?',
      [leaseMs, this.group, id],
    );
  }

  async remove(id: string): Promise<void> {
    await this.sql('DELETE FROM hub_group_members WHERE group_name = ? AND id = ?', [
      this.group,
      id,
    ]);
  }
}

function memberOf({ id, actor, joined_at, lease_expires_at }: MemberRow): Member {
  return {
    id,
    actor,
    joinedAt: new Date(Number(joined_at)),
    leaseExpiresAt: Number(lease_expires_at),
  };
}
