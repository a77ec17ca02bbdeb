import type { Sql, SqlParameter } from '../../../event-sourcing/index.js';
import type { Delivery, DeliveryState } from './delivery.js';

interface DeliveryRow {
  readonly position: number | string;
  readonly number: number;
  readonly stream: string;
  readonly event_id: string;
  readonly size: number;
  readonly state: DeliveryState;
  readonly member: string | null;
  readonly due_at: number | string;
  readonly attempts: number;
  readonly alone: number;
  readonly error: string | null;
  readonly first_failed_at: number | string | null;
  readonly last_failed_at: number | string | null;
}

/** What is new about a delivery that failed. */
export type Failure = Pick<Delivery, 'position' | 'attempts'> & {
  readonly dueAt: number;
  readonly error: string;
};

const COLUMNS =
  'position, number, stream, event_id, size, state, member, due_at, attempts, alone, error, first_failed_at, last_failed_at';
const PLACES = '(?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)';
const GIVEN_BACK = "state = 'waiting', member = NULL, due_at = 0";

/** What of a group is not settled. */
export class DeliveryTable {
  constructor(
    private readonly sql: Sql,
    private readonly group: string,
  ) {}

  /**
   * What of some partitions may be handed out, by position: it waits, and nothing before it in its stream is in somebody's
   * hands or pauses.
   * @param now is the same for all of them, so that none becomes due while they are looked at
   */
  async ready(
    numbers: readonly number[],
    now: number,
    limit: number,
  ): Promise<readonly Delivery[]> {
    if (numbers.length === 0) return [];
    return this.select(
      `state = 'waiting' AND due_at <= ? AND number IN (${places(numbers)}) AND NOT EXISTS (
          SELECT 1 FROM hub_group_deliveries AS earlier
           WHERE earlier.group_name = hub_group_deliveries.group_name
             AND earlier.stream = hub_group_deliveries.stream
             AND earlier.position < hub_group_deliveries.position
             AND (earlier.state = 'handed-out' OR earlier.state = 'waiting' AND earlier.due_at > ?)
        ) ORDER BY position LIMIT ?`,
      ...[now, ...numbers, now, limit],
    );
  }

  /** Of some streams and not parked, by position. */
  async openOf(streams: readonly string[]): Promise<readonly Delivery[]> {
    if (streams.length === 0) return [];
    return this.select(
      `state IN ('waiting', 'handed-out') AND stream IN (${places(streams)}) ORDER BY position`,
      ...streams,
    );
  }

  at(positions: readonly number[]): Promise<readonly Delivery[]> {
    return this.select(`position IN (${places(positions)}) ORDER BY position`, ...positions);
  }

  handedOutTo(member: string): Promise<readonly Delivery[]> {
    return this.select(`state = 'handed-out' AND member = ? ORDER BY position`, member);
  }

  /** The first of those that should be settled by now. */
  overdue(limit: number): Promise<readonly Delivery[]> {
    return this.select(`state = 'handed-out' AND due_at <= {now} ORDER BY position LIMIT ?`, limit);
  }

  /** By position. */
  parked(after: number, limit: number, stream?: string): Promise<readonly Delivery[]> {
    return stream === undefined
      ? this.select(`state = 'parked' AND position > ? ORDER BY position LIMIT ?`, after, limit)
      : this.select(
          `state = 'parked' AND stream = ? AND position > ? ORDER BY position LIMIT ?`,
          stream,
          after,
          limit,
        );
  }

  /** The partitions of which somebody has something. */
  async busyPartitions(): Promise<ReadonlySet<number>> {
    const rows = await this.sql<{ readonly number: number }>(
      `SELECT DISTINCT number FROM hub_group_deliveries WHERE group_name = ? AND state = 'handed-out'`,
      [this.group],
    );
    return new Set(rows.map(({ number }) => number));
  }

  /** How many there are, by state. */
  async counts(): Promise<Readonly<Record<DeliveryState, number>>> {
    const rows = await this.sql<{ readonly state: DeliveryState; readonly count: number | string }>(
      'SELECT state, count(*) AS count FROM hub_group_deliveries WHERE group_name = ? GROUP BY state',
      [this.group],
    );
    const counted = Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
    return { waiting: 0, 'handed-out': 0, parked: 0, ...counted };
  }

  async countParked(): Promise<number> {
    const [row] = await this.sql<{ readonly count: number | string }>(
      `SELECT count(*) AS count FROM hub_group_deliveries WHERE group_name = ? AND state = 'parked'`,
      [this.group],
    );
    return Number(row.count);
  }

  /** How many wait, by partition. */
  async countWaiting(): Promise<ReadonlyMap<number, number>> {
    const rows = await this.sql<{ readonly number: number; readonly count: number | string }>(
      `SELECT number, count(*) AS count FROM hub_group_deliveries
        WHERE group_name = ? AND state = 'waiting' GROUP BY number`,
      [this.group],
    );
    return new Map(rows.map(({ number, count }) => [number, Number(count)]));
  }

  /** The first that is neither settled nor parked, by partition. */
  async firstOpen(): Promise<ReadonlyMap<number, number>> {
    const rows = await this.sql<{ readonly number: number; readonly first: number | string }>(
      `SELECT number, min(position) AS first FROM hub_group_deliveries
        WHERE group_name = ? AND state IN ('waiting', 'handed-out') GROUP BY number`,
      [this.group],
    );
    return new Map(rows.map(({ number, first }) => [number, Number(first)]));
  }

  /** Which of some streams have something that is not settled, and whether some of that is parked. */
  async unsettledAmong(streams: readonly string[]): Promise<ReadonlyMap<string, boolean>> {
    if (streams.length === 0) return new Map();
    const rows = await this.sql<{ readonly stream: string; readonly parked: number | string }>(
      `SELECT stream, sum(CASE state WHEN 'parked' THEN 1 ELSE 0 END) AS parked
         FROM hub_group_deliveries
        WHERE group_name = ? AND stream IN (${places(streams)}) GROUP BY stream`,
      [this.group, ...streams],
    );
    return new Map(rows.map(({ stream, parked }) => [stream, Number(parked) > 0]));
  }

  async add(deliveries: readonly Delivery[]): Promise<void> {
    if (deliveries.length === 0) return;
    await this.sql(
      `INSERT INTO hub_group_deliveries
         (group_name, position, number, stream, event_id, size, state, member, due_at, attempts, alone)
        VALUES ${deliveries.map(() => PLACES).join(', ')}`,
      deliveries.flatMap(
        ({ position, number, stream, eventId, size, state, member, dueAt }): SqlParameter[] => [
          ...[this.group, position, number, stream, eventId, size, state, member, dueAt],
        ],
      ),
    );
  }

  async handOut(positions: readonly number[], member: string, dueAt: number): Promise<void> {
    await this.update("state = 'handed-out', member = ?, due_at = ?", [member, dueAt], positions);
  }

  /** @param alone from now on, each is handed out by itself */
  async giveBack(positions: readonly number[], alone = false): Promise<void> {
    await this.update(`${GIVEN_BACK}${alone ? ', alone = 1' : ''}`, [], positions);
  }

  async fail({ position, attempts, dueAt, error }: Failure, now: number): Promise<void> {
    await this.update(
      `${GIVEN_BACK.replace('due_at = 0', 'due_at = ?')}, alone = 0, attempts = ?, error = ?,
       first_failed_at = coalesce(first_failed_at, ?), last_failed_at = ?`,
      [dueAt, attempts, error, now, now],
      [position],
    );
  }

  /** Sets a stream aside, from a position on. */
  async parkFrom(stream: string, position: number): Promise<void> {
    await this.sql(
      `UPDATE hub_group_deliveries SET state = 'parked', member = NULL, due_at = 0, alone = 0
        WHERE group_name = ? AND stream = ? AND position >= ?`,
      [this.group, stream, position],
    );
  }

  /** Has a stream go on that was set aside. @returns how many events of it were parked. */
  async unpark(stream: string): Promise<number> {
    const rows = await this.sql(
      `UPDATE hub_group_deliveries SET ${GIVEN_BACK}
        WHERE group_name = ? AND stream = ? AND state = 'parked' RETURNING position`,
      [this.group, stream],
    );
    return rows.length;
  }

  async remove(positions: readonly number[]): Promise<void> {
    if (positions.length === 0) return;
    await this.sql(
      `DELETE FROM hub_group_deliveries WHERE group_name = ? AND position IN (${places(positions)})`,
      [this.group, ...positions],
    );
  }

  private async update(
    change: string,
    values: readonly SqlParameter[],
    positions: readonly number[],
  ): Promise<void> {
    if (positions.length === 0) return;
    await this.sql(
      `UPDATE hub_group_deliveries SET ${change}
        WHERE group_name = ? AND position IN (${places(positions)})`,
      [...values, this.group, ...positions],
    );
  }

  private async select(
    condition: string,
    ...parameters: SqlParameter[]
  ): Promise<readonly Delivery[]> {
    const rows = await this.sql<DeliveryRow>(
      `SELECT ${COLUMNS} FROM hub_group_deliveries WHERE group_name = ? AND ${condition}`,
      [this.group, ...parameters],
    );
    return rows.map(deliveryOf);
  }
}

function places(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}

function deliveryOf(row: DeliveryRow): Delivery {
  const { number, stream, size, state, member, attempts, error } = row;
  return {
    position: Number(row.position),
    number,
    stream,
    eventId: row.event_id,
    size,
    state,
    member,
    dueAt: Number(row.due_at),
    attempts,
    alone: row.alone === 1,
    error,
    firstFailedAt: row.first_failed_at === null ? null : new Date(Number(row.first_failed_at)),
    lastFailedAt: row.last_failed_at === null ? null : new Date(Number(row.last_failed_at)),
  };
}
