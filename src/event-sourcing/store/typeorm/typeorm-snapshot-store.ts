import type { DataSource } from 'typeorm';
import { Snapshot, SnapshotBounds, SnapshotStore } from '../snapshot-store.js';
import { streamQuery, toSql } from './event-query.js';
import { TransactionRunner } from './transaction-runner.js';

interface SnapshotRow {
  readonly revision: number | string;
  readonly state: string;
  readonly recorded_at: string | Date;
}

const SAVE =
  'INSERT INTO hub_snapshots (stream, revision, version, state, recorded_at) VALUES (?, ?, ?, ?, ?) ' +
  'ON CONFLICT (stream, revision) DO UPDATE SET version = excluded.version, state = excluded.state, ' +
  'recorded_at = excluded.recorded_at';

const PRUNE =
  'DELETE FROM hub_snapshots WHERE stream = ? AND revision < (SELECT min(revision) FROM ' +
  '(SELECT revision FROM hub_snapshots WHERE stream = ? ORDER BY revision DESC LIMIT ?) AS kept)';

/** Snapshots in the database the log lives in: the table `hub_snapshots`. */
export class TypeOrmSnapshotStore extends SnapshotStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: TransactionRunner,
  ) {
    super();
  }

  override async findNearest(
    stream: string,
    version: string,
    bounds: SnapshotBounds = {},
  ): Promise<Snapshot | undefined> {
    // The same bounds as those of the events that are replayed from there on.
    const query = streamQuery(stream, { ...bounds, direction: 'backwards' });
    const ofVersion = { column: 'version', operator: '=', values: [version] } as const;
    const { sql, parameters } = toSql(
      { ...query, conditions: [...query.conditions, ofVersion] },
      1,
      'revision, state, recorded_at',
      (index) => this.placeholder(index),
      'hub_snapshots',
    );
    const [row] = await this.dataSource.query<SnapshotRow[]>(sql, [...parameters]);
    return (
      row && {
        stream,
        version,
        revision: Number(row.revision),
        state: row.state,
        recordedAt: new Date(row.recorded_at),
      }
    );
  }

  override save(
    { stream, revision, version, state, recordedAt }: Snapshot,
    keep: number,
  ): Promise<void> {
    return this.transactions.run(async (manager) => {
      const values = [stream, revision, version, state, recordedAt.toISOString()];
      await manager.query(this.native(SAVE), values);
      await manager.query(this.native(PRUNE), [stream, stream, keep]);
    });
  }

  /** SQL with `?` for each parameter in the form the database wants. */
  private native(sql: string): string {
    let index = 0;
    return sql.replaceAll('?', () => this.placeholder((index += 1)));
  }

  private placeholder(index: number): string {
    return this.dataSource.driver.createParameter('', index - 1);
  }
}
