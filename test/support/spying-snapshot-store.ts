import {
  type Snapshot,
  type SnapshotBounds,
  SnapshotStore,
} from '../../src/event-sourcing/index.js';
import { InMemorySnapshotStore } from '../../src/event-sourcing/store/memory/in-memory-snapshot-store.js';

/** Tells what was asked of it, and can be made to wait and to fail. */
export class SpyingSnapshotStore extends SnapshotStore {
  searches = 0;
  readonly saved: Snapshot[] = [];
  beforeSave: (snapshot: Snapshot) => unknown = () => undefined;
  beforeSearch: () => unknown = () => undefined;

  constructor(private readonly inner: SnapshotStore = new InMemorySnapshotStore()) {
    super();
  }

  override async findNearest(
    stream: string,
    version: string,
    bounds?: SnapshotBounds,
  ): Promise<Snapshot | undefined> {
    this.searches += 1;
    await this.beforeSearch();
    return this.inner.findNearest(stream, version, bounds);
  }

  override async save(snapshot: Snapshot, keep: number): Promise<void> {
    await this.beforeSave(snapshot);
    await this.inner.save(snapshot, keep);
    this.saved.push(snapshot);
  }

  get revisions(): number[] {
    return this.saved.map(({ revision }) => revision);
  }
}
