import { Logger } from '@nestjs/common';
import { InfrastructureError } from '../../errors/event-sourcing.error.js';
import { EventStore } from '../../store/event-store.js';
import { SnapshotStore } from '../../store/snapshot-store.js';
import { streamName } from '../../store/stream-name.js';
import type { AggregateReplay, CatchUpOptions } from '../aggregate-replay.js';
import type { AggregateClass } from '../aggregate-repository.js';
import type { AggregateRoot } from '../aggregate-root.js';
import { categoryOfAggregate } from '../aggregate.decorator.js';
import { captureState, restoreState } from './aggregate-state.js';
import type { SnapshotPolicy } from './snapshot-policy.js';
import type { SnapshotQueue } from './snapshot-queue.js';
import { snapshotsAreFaithful } from './snapshot-trial.js';

/** What the snapshots of every class have in common. */
export interface SnapshotTools {
  readonly snapshots: SnapshotStore;
  readonly events: EventStore;
  readonly replay: AggregateReplay;
  readonly queue: SnapshotQueue;
}

/**
 * Takes the snapshots of one aggregate class, and loads by way of them.
 *
 * The state of a snapshot comes from replaying, in the background, what is stored: not from an aggregate somebody is
 * working with. It can thus hold nothing that is not committed, and nothing that an `on<Event>` method has not done.
 *
 * The first time in a process that a snapshot of the class is used or taken, the aggregate is also replayed from its
 * first event on. When that gives another state, snapshots of the class are off until the process ends.
 */
export class AggregateSnapshots<T extends AggregateRoot> {
  private readonly logger = new Logger('Snapshots');
  private readonly category: string;
  private tried = false;
  private off = false;
  private refusalIsLogged = false;

  constructor(
    private readonly aggregateClass: AggregateClass<T>,
    private readonly policy: SnapshotPolicy,
    private readonly version: () => string,
    private readonly tools: SnapshotTools,
  ) {
    this.category = categoryOfAggregate(aggregateClass);
  }

  /**
   * The aggregate within the bounds, by way of the nearest snapshot there is within them; at revision 0 when there is
   * nothing to replay. A snapshot that cannot be read is left aside, with a warning.
   */
  async load(id: string, bounds: CatchUpOptions): Promise<T> {
    const { aggregate, restored } = await this.loadWhole(id, bounds);
    const present = bounds.to === undefined && bounds.until === undefined;
    const missesSnapshot = present && aggregate.revision - restored >= this.policy.every;
    if (missesSnapshot || (restored > 0 && !this.tried)) this.request(id);
    return aggregate;
  }

  /** Hears of an event that was committed. */
  committed(id: string, revision: number): void {
    if (revision % this.policy.every === 0) this.request(id);
  }

  private request(id: string): void {
    if (this.off) return;
    const stream = streamName(this.category, id);
    this.tools.queue.submit(stream, () =>
      this.take(id).catch((error: unknown) =>
        this.logger.warn(`No snapshot of "${stream}" was taken: ${messageOf(error)}`),
      ),
    );
  }

  private async take(id: string): Promise<void> {
    const { aggregate, restored } = await this.loadWhole(id, { inBackground: true });
    const { stream, revision } = aggregate;
    const state = this.stateOf(aggregate);
    if (state === undefined) return;
    if (!this.tried) await this.tryOut(aggregate, state);
    if (this.isDue(revision, restored)) await this.save({ stream, revision, state });
  }

  private isDue(revision: number, restored: number): boolean {
    const { every } = this.policy;
    return !this.off && Math.floor(revision / every) > Math.floor(restored / every);
  }

  private async save(snapshot: {
    readonly stream: string;
    readonly revision: number;
    readonly state: string;
  }): Promise<void> {
    const { stream, revision } = snapshot;
    const { events, snapshots } = this.tools;
    for await (const { recordedAt } of events.readStream(stream, {
      from: revision,
      to: revision,
    })) {
      const version = this.version();
      await snapshots.save({ ...snapshot, version, recordedAt }, this.policy.keep);
    }
  }

  /** @returns also the revision of the snapshot; 0 when there was none. */
  private async loadWhole(
    id: string,
    bounds: CatchUpOptions,
  ): Promise<{ readonly aggregate: T; readonly restored: number }> {
    const { replay } = this.tools;
    const aggregate = await this.nearest(id, bounds);
    if (aggregate) {
      const restored = aggregate.revision;
      try {
        await replay.catchUp(aggregate, bounds);
        return { aggregate, restored };
      } catch (error) {
        if (error instanceof InfrastructureError) throw error;
        this.leaveAside(aggregate.stream, error);
      }
    }
    return { aggregate: await replay.fromStart(this.aggregateClass, id, bounds), restored: 0 };
  }

  private async nearest(id: string, bounds: CatchUpOptions): Promise<T | undefined> {
    if (this.off) return undefined;
    const stream = streamName(this.category, id);
    try {
      const snapshot = await this.tools.snapshots.findNearest(stream, this.version(), bounds);
      return snapshot && restoreState(this.aggregateClass, id, snapshot);
    } catch (error) {
      this.leaveAside(stream, error);
      return undefined;
    }
  }

  private leaveAside(stream: string, error: unknown): void {
    this.logger.warn(
      `A snapshot of "${stream}" cannot be used and is left aside: ${messageOf(error)}`,
    );
  }

  /** Undefined, and logged once, where the state is nothing that can be stored. */
  private stateOf(aggregate: T): string | undefined {
    try {
      return captureState(aggregate);
    } catch (error) {
      if (!this.refusalIsLogged) {
        this.logger.warn(
          `There is no snapshot of "${aggregate.stream}", nor of others of which this is true: ` +
            `${messageOf(error)} Or override toSnapshot() and fromSnapshot(state) in ` +
            `${this.aggregateClass.name}.`,
        );
      }
      this.refusalIsLogged = true;
      return undefined;
    }
  }

  private async tryOut({ id, stream, revision }: T, state: string): Promise<void> {
    const { replay } = this.tools;
    const faithful = await snapshotsAreFaithful(
      this.aggregateClass,
      { id, revision, state },
      replay,
    );
    this.tried = true;
    if (!faithful) this.turnOff(stream);
  }

  private turnOff(stream: string): void {
    this.off = true;
    const { name } = this.aggregateClass;
    this.logger.error(
      `Snapshots of ${name} are off until the process ends: "${stream}" comes out differently when it is replayed ` +
        `from its first event. If ${name} was changed, write snapshot: { version: ${this.policy.version + 1} } in ` +
        'its @Aggregate. If it keeps state elsewhere than in its fields, override toSnapshot() and ' +
        'fromSnapshot(state). Its on<Event> methods must depend on nothing but the event and the state.',
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
