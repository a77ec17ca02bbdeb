/** What a consumer group is to be, as it was created; it never changes. */
export interface GroupDefinition {
  /** Only events of streams in one of these categories. */
  readonly categories?: readonly string[];
  /** Only events of one of these types. */
  readonly types?: readonly string[];
  /** Only events with a higher position; with `end`, what is stored after the creation. */
  readonly start: number | 'end';
  readonly partitions: number;
  /** How long a member may be silent until its share goes to others. */
  readonly leaseMs: number;
  /** How long a member may have an event until that counts as a failure. */
  readonly ackTimeoutMs: number;
  /** How often an event may fail before it is parked. */
  readonly maxAttempts: number;
  /** How many events a member may have at a time. */
  readonly maxInFlight: number;
}

/** A consumer group, as it is kept. */
export interface Group extends GroupDefinition {
  readonly name: string;
  /** Another one for another group that had the name before. */
  readonly id: string;
  /** Where it began. */
  readonly startedAfter: number;
  readonly createdAt: Date;
}
