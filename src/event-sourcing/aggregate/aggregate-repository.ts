import { findRecord } from '../commands/command-record.js';
import { RepeatableCommand } from '../commands/repeatable-command.js';
import { AggregateNotFoundError } from '../errors/aggregate.errors.js';
import { SecondAppendError } from '../errors/command.errors.js';
import { ConcurrencyError } from '../errors/store.errors.js';
import { AppendResult, EventStore } from '../store/event-store.js';
import { streamName } from '../store/stream-name.js';
import { AggregateCommitter } from './aggregate-committer.js';
import { AggregateReplay } from './aggregate-replay.js';
import { AggregateRoot } from './aggregate-root.js';
import { categoryOfAggregate } from './aggregate.decorator.js';
import { ConflictRetry } from './conflict-retry.js';
import type { AggregateSnapshots } from './snapshots/aggregate-snapshots.js';

/** An aggregate class, constructed with its id alone. */
export type AggregateClass<T extends AggregateRoot = AggregateRoot> = new (id: string) => T;

/** Which past state of an aggregate is wanted; without either, the present one. */
export interface LoadOptions {
  /** The state after the event with this revision. */
  readonly revision?: number;
  /** The state at this time, by when events were recorded. */
  readonly at?: Date;
}

/** What a change demands of the aggregate it is made to. */
export interface ExecuteOptions {
  /** The revision the change was decided on. When the aggregate has moved on, the change fails at once. */
  readonly expectedRevision?: number;
  /** The command that asks for the change. If it has an id, the change is made once; see `once`. */
  readonly command?: RepeatableCommand<unknown>;
}

/** What came of doing what a command asks for. */
export interface Effect<T extends AggregateRoot> {
  readonly aggregate: T;
  /** What `AggregateCommitter.commitOnce` has returned; undefined when there was nothing to store. */
  readonly stored?: AppendResult;
}

/** What a change has changed beside the aggregate it was given. */
type Changed = readonly AggregateRoot[] | void;

/**
 * Loads aggregates by replaying their streams, from a snapshot on where the class has them, and stores what they apply.
 * Inject it with `@InjectAggregateRepository`.
 */
export class AggregateRepository<T extends AggregateRoot> {
  private readonly category: string;

  constructor(
    private readonly aggregateClass: AggregateClass<T>,
    private readonly store: EventStore,
    private readonly replay: AggregateReplay,
    private readonly committer: AggregateCommitter,
    private readonly retry: ConflictRetry,
    private readonly snapshots?: AggregateSnapshots<T>,
  ) {
    this.category = categoryOfAggregate(aggregateClass);
  }

  /**
   * The aggregate as it is, or, read-only, as it was.
   * @throws AggregateNotFoundError when it does not exist, did not yet, or never had that revision.
   */
  async load(id: string, options: LoadOptions = {}): Promise<T> {
    const aggregate = await this.find(id, options);
    if (!aggregate) throw new AggregateNotFoundError(this.category, id, describe(options));
    return aggregate;
  }

  /** As `load`; undefined where that throws. */
  async find(id: string, { revision, at }: LoadOptions = {}): Promise<T | undefined> {
    const bounds = { to: revision, until: at };
    const aggregate = this.snapshots
      ? await this.snapshots.load(id, bounds)
      : await this.replay.fromStart(this.aggregateClass, id, bounds);
    if (aggregate.revision === 0) return undefined;
    // With both options the earlier of the two is meant, so that falling short of the revision is no miss.
    if (revision !== undefined && !at && aggregate.revision < revision) return undefined;
    if (revision !== undefined || at) aggregate.becomeHistorical();
    return aggregate;
  }

  /** An aggregate that is not stored yet, for `save` to create; or the stored one, for `save` to change. */
  async findOrNew(id: string): Promise<T> {
    return (await this.find(id)) ?? new this.aggregateClass(id);
  }

  /**
   * Stores what the aggregate has applied, all or nothing; durable when the promise resolves. A new aggregate is
   * stored only if there is none with its id.
   * @throws ConcurrencyError, HistoricalAggregateError
   */
  save(aggregate: T): Promise<AppendResult> {
    return this.committer.commit(aggregate);
  }

  /**
   * Loads, changes, and stores; after a conflict again from the start, a bounded number of times. `change` may thus
   * run more than once and should have no other effects. Other aggregates it returns are stored in the same append.
   *
   * @returns the aggregate as it was stored; for a repeated command, read-only, as the first delivery left it.
   * @throws AggregateNotFoundError, and whatever `change` throws.
   * @throws ConcurrencyError when the last try lost, or at once when the aggregate is not at `expectedRevision`.
   */
  execute(
    id: string,
    change: (aggregate: T) => Changed | Promise<Changed>,
    { expectedRevision, command }: ExecuteOptions = {},
  ): Promise<T> {
    const attempt = async (): Promise<Effect<T>> => {
      const aggregate = await this.load(id);
      if (expectedRevision !== undefined && aggregate.revision !== expectedRevision) {
        throw new ConcurrencyError(aggregate.stream, expectedRevision, aggregate.revision);
      }
      const changed = [aggregate, ...((await change(aggregate)) ?? [])];
      if (changed.every((each) => each.getUncommittedEvents().length === 0)) return { aggregate };
      return { aggregate, stored: await this.committer.commitOnce(command, ...changed) };
    };
    // A change decided on one revision cannot be decided again on another. What it changes beside may be.
    const stream = streamName(this.category, id);
    const isFinal = (conflict: ConcurrencyError): boolean =>
      expectedRevision !== undefined && conflict.stream === stream;
    return this.once(id, command, () => this.retry.run(attempt, isFinal));
  }

  /**
   * Does what a command asks of the aggregate with this id, and if the command has an id, does it once: `work` decides
   * and stores with `AggregateCommitter.commitOnce(command, aggregate, …others)`, in one append.
   *
   * The first delivery costs nothing more than usual. When `work` fails, has stored nothing, or finds its events in the
   * log, the log is asked whether the command has taken effect before. A delivery that stores nothing, because it is
   * refused or finds nothing to do, leaves no trace: the next one is decided anew.
   *
   * @returns the aggregate after the command; if that has taken effect before, read-only, as it was then.
   * @throws CommandIdReusedError when another command came with this id before.
   * @throws SecondAppendError when the command has stored its effect on another aggregate.
   */
  async once(
    id: string,
    command: RepeatableCommand<unknown> | undefined,
    work: () => Promise<Effect<T>>,
  ): Promise<T> {
    if (command?.commandId === undefined) return (await work()).aggregate;
    const own = work();
    const stored = await own.then(
      (effect) => effect.stored,
      () => undefined,
    );
    if (!stored || stored.repeated) {
      // After the decision: when it was based on the command's own effect, that is found here.
      const first = await this.firstOutcome(id, command);
      if (first) return first;
    }
    return (await own).aggregate;
  }

  private async firstOutcome(
    id: string,
    command: RepeatableCommand<unknown>,
  ): Promise<T | undefined> {
    const record = await findRecord(command, this.store);
    if (!record) return undefined;
    const stream = streamName(this.category, id);
    if (record.stream !== stream) {
      throw new SecondAppendError(command.constructor.name, record.stream, stream);
    }
    return this.load(id, { revision: record.revision });
  }
}

function describe({ revision, at }: LoadOptions): string {
  if (at) return ` at ${at.toISOString()}`;
  return revision === undefined ? '' : ` at revision ${revision}`;
}
