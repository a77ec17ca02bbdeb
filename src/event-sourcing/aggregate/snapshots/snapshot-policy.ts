/** When snapshots of an aggregate are taken, and which of them are good. */
export interface SnapshotOptions {
  /** A snapshot is taken whenever the stream has grown by so many events. Loading replays hardly more than that. */
  readonly every: number;
  /**
   * The version of the aggregate's state. Raise it whenever the fields change, or what an `on<Event>` method does to
   * them: older snapshots are then ignored, and aggregates are replayed from their events. @default 1
   */
  readonly version?: number;
  /** How many snapshots of a stream are kept, the newest ones; older ones speed up temporal queries. @default 5 */
  readonly keep?: number;
}

/** `SnapshotOptions`, with nothing left open. */
export type SnapshotPolicy = Required<SnapshotOptions>;

/** Fills in the defaults, and tells what is wrong, one line each. */
export function snapshotPolicy(options: SnapshotOptions): {
  readonly policy: SnapshotPolicy;
  readonly problems: readonly string[];
} {
  const policy = { version: 1, keep: 5, ...options };
  const problems = (['every', 'version', 'keep'] as const)
    .filter((option) => !Number.isSafeInteger(policy[option]) || policy[option] < 1)
    .map(
      (option) =>
        `snapshot.${option} is ${String(policy[option])}. Write a whole number from 1, for example ` +
        '{ snapshot: { every: 100, version: 1, keep: 5 } }.',
    );
  return { policy, problems };
}
