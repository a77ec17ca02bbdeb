/** The state of an aggregate after one of its events. */
export interface Snapshot {
  readonly stream: string;
  /** The revision of the last event that is in the state. */
  readonly revision: number;
  /** Of which version of the aggregate class the state is. Others cannot read it. */
  readonly version: string;
  /** JSON. */
  readonly state: string;
  /** When the event with that revision was recorded. */
  readonly recordedAt: Date;
}

/** Up to where a snapshot may reach. */
export interface SnapshotBounds {
  /** The highest revision, inclusive. @default the last */
  readonly to?: number;
  /** Only snapshots whose last event was recorded at this time or before it. */
  readonly until?: Date;
}

/**
 * Where snapshots are kept: a cache beside the log, which may lose any of them at any time. This is a port; one
 * specification, `test/contract/snapshot-store.spec.ts`, runs on every implementation.
 */
export abstract class SnapshotStore {
  /** The snapshot of the stream and version with the highest revision within the bounds. */
  abstract findNearest(
    stream: string,
    version: string,
    bounds?: SnapshotBounds,
  ): Promise<Snapshot | undefined>;

  /**
   * Keeps a snapshot, in place of one with the same stream and revision, and of the stream's snapshots no more than
   * the `keep` with the highest revisions, whatever their versions.
   */
  abstract save(snapshot: Snapshot, keep: number): Promise<void>;
}
