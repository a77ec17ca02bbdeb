/**
 * - `building`: the read model is being built in the shadow, or is about to be
 * - `held`: it is built, and stands by, because more events are parked than in the one that serves
 * - `switched`: it has replaced the one that served
 * - `verified`: it was compared with the one that serves, and dropped
 * - `cancelled`, `failed`: it was dropped, and the one that serves is as it was
 */
export type RebuildState = 'building' | 'held' | 'switched' | 'verified' | 'cancelled' | 'failed';

/** What is built beside a read model that serves: to take its place, or to be compared with it. */
export type RebuildPurpose = 'switch' | 'verify';

/** How far the last rebuild or verification of a projection has come. */
export interface RebuildStatus {
  readonly projection: string;
  readonly purpose: RebuildPurpose;
  /** The version of the projection that builds it. */
  readonly version: number;
  readonly state: RebuildState;
  /** Everything up to here is in it, or parked. */
  readonly position: number;
  /** Where the read model that serves is, so that the two are the same up to there when it is reached. */
  readonly head: number;
  /** From 0 to 100. */
  readonly percent: number;
  /** Positions of the log, over the last seconds; 0 before it is known. */
  readonly eventsPerSecond: number;
  /** At that rate; undefined when nobody can tell, or nothing is left. */
  readonly secondsLeft?: number;
  /** How many events are parked in it, those that wait behind others included. */
  readonly parked: number;
  readonly startedAt: Date;
  readonly finishedAt?: Date;
  /** Why it does not go on, or failed. */
  readonly lastError?: string;
  /** What the comparison found, where it is `verified`. */
  readonly verification?: Verification;
}

/** What differs between a read model and one that was built anew from the log. */
export interface Verification {
  readonly projection: string;
  readonly version: number;
  /** Both were built from the events up to here. */
  readonly position: number;
  /** How many events are parked, in the one that serves and in the new one. */
  readonly parked: { readonly actual: number; readonly expected: number };
  readonly tables: readonly TableVerification[];
  /** Whether nothing differs, parked events included. */
  readonly isEqual: boolean;
}

/** What differs in one table. */
export interface TableVerification {
  readonly table: string;
  /** In the read model that serves. */
  readonly rows: number;
  /** Rows that it lacks. */
  readonly missing: number;
  /** Rows that it should not have. */
  readonly unexpected: number;
  /** Rows that say something else. */
  readonly different: number;
  /** Some of them, by their primary keys. */
  readonly examples: readonly RowDifference[];
}

/** A row as it should be and as it is, where there is one. */
export interface RowDifference {
  readonly expected?: Readonly<Record<string, unknown>>;
  readonly actual?: Readonly<Record<string, unknown>>;
}
