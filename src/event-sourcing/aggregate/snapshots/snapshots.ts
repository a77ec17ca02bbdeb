import { Injectable } from '@nestjs/common';
import { CommittedEvents } from '../../events/committed-events.js';
import { EventRegistry } from '../../events/event-registry.js';
import { Upcasters } from '../../events/upcasters.js';
import { EventStore } from '../../store/event-store.js';
import { SnapshotStore } from '../../store/snapshot-store.js';
import { categoryOf } from '../../store/stream-name.js';
import { AggregateReplay } from '../aggregate-replay.js';
import type { AggregateClass } from '../aggregate-repository.js';
import type { AggregateRoot } from '../aggregate-root.js';
import { categoryOfAggregate, snapshotPolicyOf } from '../aggregate.decorator.js';
import { AggregateSnapshots } from './aggregate-snapshots.js';
import { SnapshotQueue } from './snapshot-queue.js';
import { snapshotVersion } from './snapshot-version.js';

/** The snapshots of all aggregate classes that have them. */
@Injectable()
export class Snapshots {
  private readonly queue = new SnapshotQueue();
  private readonly byCategory = new Map<string, AggregateSnapshots<AggregateRoot>>();

  constructor(
    private readonly snapshots: SnapshotStore,
    private readonly events: EventStore,
    private readonly replay: AggregateReplay,
    private readonly registry: EventRegistry,
    private readonly upcasters: Upcasters,
    private readonly committed: CommittedEvents,
  ) {}

  /** Those of one class, which are taken from now on; undefined when it was declared without. One per category. */
  of<T extends AggregateRoot>(
    aggregateClass: AggregateClass<T>,
  ): AggregateSnapshots<T> | undefined {
    const policy = snapshotPolicyOf(aggregateClass);
    if (!policy) return undefined;
    const category = categoryOfAggregate(aggregateClass);
    const known = this.byCategory.get(category);
    if (known) return known as AggregateSnapshots<T>;
    let version: string | undefined;
    const snapshots = new AggregateSnapshots(
      aggregateClass,
      policy,
      // Not before it is asked for: upcasters are put together at boot.
      () => (version ??= snapshotVersion(aggregateClass, policy, this.registry, this.upcasters)),
      { snapshots: this.snapshots, events: this.events, replay: this.replay, queue: this.queue },
    );
    if (this.byCategory.size === 0) this.followCommits();
    this.byCategory.set(category, snapshots);
    return snapshots;
  }

  /** Resolves when no snapshot is being taken. */
  drained(): Promise<void> {
    return this.queue.drained();
  }

  /** Finishes the snapshots that were asked for, and takes no more. */
  close(): Promise<void> {
    return this.queue.close();
  }

  private followCommits(): void {
    this.committed.subscribe((events) => {
      for (const { stream, revision } of events) {
        const category = categoryOf(stream);
        this.byCategory.get(category)?.committed(stream.slice(category.length + 1), revision);
      }
    });
  }
}
