import type { AggregateClass } from './aggregate/aggregate-repository.js';
import type { MigrationClass } from './store/typeorm/event-database.js';

/** What a module contributes besides its aggregates. */
export interface FeatureOptions {
  /** The tables of the feature's read models, as TypeORM migrations; run at start, once, whoever starts first. */
  readonly migrations?: readonly MigrationClass[];
}

/** What one `forFeature` call contributes; found at boot by being an instance of this class. */
export class EventSourcingFeature {
  constructor(
    readonly aggregates: readonly AggregateClass[],
    readonly migrations: readonly MigrationClass[],
  ) {}
}
