import { Injectable } from '@nestjs/common';
import { EventSerializer } from '../events/event-serializer.js';
import { EventStore } from '../store/event-store.js';
import { AggregateCommitter } from './aggregate-committer.js';
import { AggregateClass, AggregateRepository } from './aggregate-repository.js';
import { AggregateRoot } from './aggregate-root.js';
import { ConflictRetry } from './conflict-retry.js';

/** Makes the repositories that `forFeature` provides. */
@Injectable()
export class AggregateRepositoryFactory {
  constructor(
    private readonly store: EventStore,
    private readonly serializer: EventSerializer,
    private readonly committer: AggregateCommitter,
    private readonly retry: ConflictRetry,
  ) {}

  create<T extends AggregateRoot>(aggregateClass: AggregateClass<T>): AggregateRepository<T> {
    return new AggregateRepository(
      aggregateClass,
      this.store,
      this.serializer,
      this.committer,
      this.retry,
    );
  }
}
