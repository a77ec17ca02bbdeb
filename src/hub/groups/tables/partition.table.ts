import type { Sql } from '../../../event-sourcing/index.js';

/** A share of the streams. */
export interface Partition {
  readonly number: number;
  /** Every event up to here is settled, or has a row in `hub_group_deliveries`. */
  readonly position: number;
  /** Who has it; null while nobody does. */
  readonly member: string | null;
  /** Whether its member is to finish what it has of it, and gets no more. */
  readonly leaving: boolean;
}

interface PartitionRow {
  readonly number: number;
  readonly position: number | string;
  readonly member: string | null;
  readonly leaving: number;
}

/** The partitions of one group. */
export class PartitionTable {
  constructor(
    private readonly sql: Sql,
    private readonly group: string,
  ) {}

  async list(): Promise<readonly Partition[]> {
    const rows = await this.sql<PartitionRow>(
      `SELECT number, position, member, leaving FROM hub_group_partitions WHERE group_name = ? ORDER BY number`,
      [this.group],
    );
    return rows.map(({ number, position, member, leaving }) => ({
      number,
      position: Number(position),
      member,
      leaving: leaving === 1,
    }));
  }

  async addAll(count: number, position: number): Promise<void> {
    const numbers = Array.from({ length: count }, (_, number) => number);
    await this.sql(
      `INSERT INTO hub_group_partitions (group_name, number, position, leaving)
        VALUES ${numbers.map(() => '(?, ?, ?, 0)').join(', ')}`,
      numbers.flatMap((number) => [this.group, number, position]),
    );
  }

  async assign({ number, member, leaving }: Omit<Partition, 'position'>): Promise<void> {
    await this.sql(
      'UPDATE hub_group_partitions SET member = ?, leaving = ? WHERE group_name = ? AND number = ?',
      [member, leaving ? 1 : 0, this.group, number],
    );
  }

  /** Takes from a member what it has. */
  async takeFrom(member: string): Promise<void> {
    await this.sql(
      'UPDATE hub_group_partitions SET member = NULL, leaving = 0 WHERE group_name = ? AND member = ?',
      [this.group, member],
    );
  }

  /** @param positions by the numbers of partitions */
  async advance(positions: ReadonlyMap<number, number>): Promise<void> {
    for (const position of new Set(positions.values())) {
      const numbers = [...positions].filter(([, to]) => to === position).map(([number]) => number);
      await this.sql(
        `UPDATE hub_group_partitions SET position = ?
          WHERE group_name = ? AND number IN (${numbers.map(() => '?').join(', ')})`,
        [position, this.group, ...numbers],
      );
    }
  }
}
