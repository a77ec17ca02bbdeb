import { Snapshot, SnapshotBounds, SnapshotStore } from '../snapshot-store.js';

/** Snapshots beside an `InMemoryEventStore`: they end with the process. */
export class InMemorySnapshotStore extends SnapshotStore {
  /** By stream, the highest revision first. */
  private readonly streams = new Map<string, readonly Snapshot[]>();

  override findNearest(
    stream: string,
    version: string,
    { to = Infinity, until }: SnapshotBounds = {},
  ): Promise<Snapshot | undefined> {
    const nearest = this.streams
      .get(stream)
      ?.find(
        (each) =>
          each.version === version &&
          each.revision <= to &&
          (until === undefined || each.recordedAt <= until),
      );
    return Promise.resolve(nearest);
  }

  override save(snapshot: Snapshot, keep: number): Promise<void> {
    const others = (this.streams.get(snapshot.stream) ?? []).filter(
      ({ revision }) => revision !== snapshot.revision,
    );
    const all = [snapshot, ...others].sort((one, other) => other.revision - one.revision);
    this.streams.set(snapshot.stream, all.slice(0, keep));
    return Promise.resolve();
  }
}
