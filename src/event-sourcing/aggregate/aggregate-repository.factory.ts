import { Injectable } from '@nestjs/common';
import { EventStore } from '../store/event-store.js';
import { AggregateCommitter } from './aggregate-committer.js';
import { AggregateClass, AggregateRepository } from './aggregate-repository.js';
import { AggregateReplay } from './aggregate-replay.js';
import { AggregateRoot } from './aggregate-root.js';
import { ConflictRetry } from './conflict-retry.js';
import { Snapshots } from './snapshots/snapshots.js';

/** Makes the repositories that `forFeature` provides. */
@Injectable()
export class AggregateRepositoryFactory {
  constructor(
    private readonly store: EventStore,
    private readonly replay: AggregateReplay,
    private readonly committer: AggregateCommitter,
    private readonly retry: ConflictRetry,
    private readonly snapshots: Snapshots,
  ) {}

  create<T extends AggregateRoot>(aggregateClass: AggregateClass<T>): AggregateRepository<T> {
    return new AggregateRepository(
      aggregateClass,
      this.store,
      this.replay,
      this.committer,
      this.retry,
      this.snapshots.of(aggregateClass),
    );
  }
}
