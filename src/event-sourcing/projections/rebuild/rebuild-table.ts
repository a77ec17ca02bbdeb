import type { DataSource, EntityManager } from 'typeorm';
import { isPostgres, run, select, type SqlParameter } from '../../processing/portable-sql.js';
import type { Rebuild, RebuildProgress } from './rebuild.js';
import type { RebuildPurpose, RebuildState, Verification } from './rebuild-status.js';

const COLUMNS =
  'projection, purpose, id, version, state, position, head, events_per_second, parked, accepts_parked, ' +
  'started_at, finished_at, error, verification, leftovers';

interface RebuildRow {
  readonly projection: string;
  readonly purpose: RebuildPurpose;
  readonly id: string;
  readonly version: number;
  readonly state: RebuildState;
  readonly position: number | string;
  readonly head: number | string;
  readonly events_per_second: number;
  readonly parked: number | string;
  readonly accepts_parked: number;
  readonly started_at: number | string;
  readonly finished_at: number | string | null;
  readonly error: string | null;
  readonly verification: string | null;
  readonly leftovers: string;
}

/** The table `hub_rebuilds`: of each projection the last rebuild and the last verification, under way or ended. */
export class RebuildTable {
  constructor(private readonly source: DataSource) {}

  async all(): Promise<readonly Rebuild[]> {
    const sql = `SELECT ${COLUMNS} FROM hub_rebuilds ORDER BY projection, purpose`;
    return (await select<RebuildRow>(this.source, sql, [])).map(rebuildOf);
  }

  async find(projection: string, purpose: RebuildPurpose): Promise<Rebuild | undefined> {
    const sql = `SELECT ${COLUMNS} FROM hub_rebuilds WHERE projection = ? AND purpose = ?`;
    const [row] = await select<RebuildRow>(this.source, sql, [projection, purpose]);
    return row && rebuildOf(row);
  }

  /** As `find`, and nobody else changes it, or opens or drops its shadow, until the transaction ends. */
  async lock(
    projection: string,
    purpose: RebuildPurpose,
    manager: EntityManager,
  ): Promise<Rebuild | undefined> {
    const lock = isPostgres(this.source) ? 'FOR UPDATE' : '';
    const sql = `SELECT ${COLUMNS} FROM hub_rebuilds WHERE projection = ? AND purpose = ? ${lock}`;
    const [row] = await run<RebuildRow>(manager, sql, [projection, purpose]);
    return row && rebuildOf(row);
  }

  /** Takes the place of the one before it; under the lock of that one. */
  async put(rebuild: Rebuild, manager: EntityManager): Promise<void> {
    await run(
      manager,
      'DELETE FROM hub_rebuilds WHERE projection = ? AND purpose = ? RETURNING id',
      [rebuild.projection, rebuild.purpose],
    );
    const values = valuesOf(rebuild);
    await run(
      manager,
      `INSERT INTO hub_rebuilds (${COLUMNS}) VALUES (${values.map(() => '?').join(', ')})
        RETURNING id`,
      values,
    );
  }

  /** Says that nothing is left of those before it; under its lock. */
  async forgetLeftovers(id: string, manager: EntityManager): Promise<void> {
    const sql = 'UPDATE hub_rebuilds SET leftovers = ? WHERE id = ? RETURNING id';
    await run(manager, sql, ['[]', id]);
  }

  /** @returns false when it has ended, or is held. */
  async report(id: string, progress: RebuildProgress, manager: EntityManager): Promise<boolean> {
    const { position, head, eventsPerSecond, parked, error } = progress;
    const rows = await run(
      manager,
      `UPDATE hub_rebuilds SET position = ?, head = ?, events_per_second = ?, parked = ?, error = ?
        WHERE id = ? AND state = 'building' RETURNING id`,
      [position, head, eventsPerSecond, parked, error, id],
    );
    return rows.length === 1;
  }

  /** Says why one that is building does not go on. */
  async noteError(id: string, error: string, manager: EntityManager): Promise<void> {
    const sql = `UPDATE hub_rebuilds SET error = ? WHERE id = ? AND state = 'building' RETURNING id`;
    await run(manager, sql, [error, id]);
  }

  /** Ends one that is building, or holds it. @returns false when it is not building any more. */
  async end(
    id: string,
    state: RebuildState,
    error: string | null,
    manager: EntityManager,
    verification: Verification | null = null,
  ): Promise<boolean> {
    const rows = await run(
      manager,
      `UPDATE hub_rebuilds SET state = ?, error = ?, finished_at = {now}, verification = ?
        WHERE id = ? AND state = 'building' RETURNING id`,
      [state, error, verification && JSON.stringify(verification), id],
    );
    return rows.length === 1;
  }
}

function valuesOf(rebuild: Rebuild): SqlParameter[] {
  return [
    rebuild.projection,
    rebuild.purpose,
    rebuild.id,
    rebuild.version,
    rebuild.state,
    rebuild.position,
    rebuild.head,
    rebuild.eventsPerSecond,
    rebuild.parked,
    rebuild.acceptsParked ? 1 : 0,
    rebuild.startedAt,
    rebuild.finishedAt,
    rebuild.error,
    rebuild.verification && JSON.stringify(rebuild.verification),
    JSON.stringify(rebuild.leftovers),
  ];
}

function rebuildOf(row: RebuildRow): Rebuild {
  return {
    id: row.id,
    projection: row.projection,
    purpose: row.purpose,
    version: row.version,
    state: row.state,
    position: Number(row.position),
    head: Number(row.head),
    eventsPerSecond: row.events_per_second,
    parked: Number(row.parked),
    acceptsParked: row.accepts_parked === 1,
    startedAt: Number(row.started_at),
    finishedAt: row.finished_at === null ? null : Number(row.finished_at),
    error: row.error,
    verification: row.verification === null ? null : (JSON.parse(row.verification) as Verification),
    leftovers: JSON.parse(row.leftovers) as string[],
  };
}
