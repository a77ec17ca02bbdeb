import { FactoryProvider } from '@nestjs/common';
import { Clock } from '../context/clock.js';
import { Random } from '../context/random.js';
import { UnknownEventTypeError } from '../errors/event.errors.js';
import { EventSourcingError, InfrastructureError } from '../errors/event-sourcing.error.js';
import { UnrecoverableError } from '../errors/processor.errors.js';
import { StoreUnavailableError } from '../errors/store.errors.js';
import {
  EVENT_SOURCING_OPTIONS,
  type EventSourcingModuleOptions,
} from '../event-sourcing.module-definition.js';
import { EventSerializer } from '../events/event-serializer.js';
import { EVENT_DATABASE, type OptionalEventDatabase } from '../store/event-database.provider.js';
import { EventStore } from '../store/event-store.js';
import { LogFeed, UnheardFeed } from '../store/log-feed.js';
import { UnheardWatch } from '../store/typeorm/database-watch.js';
import type { RecordedEvent } from '../store/recorded-event.js';
import type { EventDatabase } from '../store/typeorm/event-database.js';
import type { ShadowDatabase } from '../store/typeorm/shadow-database.js';
import { Instruments } from '../instrumentation/instruments.js';
import { AttemptTable } from './attempt-table.js';
import { BatchCommit } from './batch-commit.js';
import { Checkpoints } from './checkpoints.js';
import { messageOf } from './failures.js';
import { Leases } from './leases.js';
import { ParkedEventTable } from './parked-event-table.js';
import {
  DEFAULT_LEASE_MS,
  DEFAULT_MAX_PARKED_EVENTS,
  type ProcessingOptions,
} from './processing-options.js';
import { Processor } from './processor.js';
import { RetryPolicy, type RetryPolicyOptions } from './retry-policy.js';

const RENEWALS_A_LEASE = 3;

/** The database that processors write to, and its ways. */
export type ProcessingDatabase = Pick<
  EventDatabase,
  'dataSource' | 'transactions' | 'watch' | 'isAtFault' | 'isMistake'
>;

/** What the processors of an application have in common. */
export class ProcessingSupport {
  readonly leaseMs: number;
  readonly maxParkedEvents: number;
  readonly checkpoints: Checkpoints;
  readonly leases: Leases;
  readonly parked: ParkedEventTable;
  readonly attempts: AttemptTable;
  readonly retry: RetryPolicy;

  constructor(
    readonly database: ProcessingDatabase,
    readonly store: EventStore,
    readonly feed: LogFeed,
    readonly serializer: EventSerializer,
    readonly clock: Clock,
    readonly instruments: Instruments,
    private readonly random: Random,
    private readonly options: ProcessingOptions = {},
  ) {
    const { dataSource, transactions, watch } = database;
    this.leaseMs = options.leaseMs ?? DEFAULT_LEASE_MS;
    this.maxParkedEvents = options.maxParkedEvents ?? DEFAULT_MAX_PARKED_EVENTS;
    this.checkpoints = new Checkpoints(dataSource, this.leaseMs);
    this.leases = new Leases(dataSource, transactions, watch, this.leaseMs, instruments);
    this.parked = new ParkedEventTable(dataSource);
    this.attempts = new AttemptTable(dataSource);
    this.retry = new RetryPolicy(random, options.retry);
  }

  /** The transactions in which a processor handles events. */
  commitsOf(processor: Processor): BatchCommit {
    const { serializer, database, checkpoints, parked, attempts, maxParkedEvents } = this;
    const limits = { maxParkedEvents, renewAfterMs: this.leaseMs / RENEWALS_A_LEASE };
    return new BatchCommit(
      processor,
      serializer,
      database.transactions,
      checkpoints,
      parked,
      attempts,
      limits,
      (error) => this.isOutage(error),
      this.instruments,
    );
  }

  /** Pauses of other lengths, drawn by the same chance. */
  retriesOf(options?: RetryPolicyOptions): RetryPolicy {
    return options ? new RetryPolicy(this.random, options) : this.retry;
  }

  /** The same for processors that run in a shadow of the database, on a log of its own. */
  inside({ dataSource, transactions }: ShadowDatabase, log: EventStore): ProcessingSupport {
    const { database, serializer, clock, instruments, random, options } = this;
    const shadow: ProcessingDatabase = {
      dataSource,
      transactions,
      watch: new UnheardWatch(),
      isAtFault: (error) => database.isAtFault(error),
      isMistake: (error) => database.isMistake(error),
    };
    const feed = new UnheardFeed(log);
    return new ProcessingSupport(
      shadow,
      log,
      feed,
      serializer,
      clock,
      instruments,
      random,
      options,
    );
  }

  /**
   * Whether it is to be waited for, and would happen to any event: something says of itself that it may succeed later, the
   * database cannot be reached or is not as it should be, or this process has no class yet for the event at hand.
   */
  isOutage(error: unknown, { position }: Partial<Pick<RecordedEvent, 'position'>> = {}): boolean {
    return this.isCausedBy(
      error,
      (each) =>
        (each instanceof InfrastructureError && each.retryable) ||
        (each instanceof UnknownEventTypeError && each.recorded.position === position) ||
        this.database.isAtFault(each),
    );
  }

  /** Whether the database does not understand what it was asked, or has no such table: whatever event that was for. */
  isMistake(error: unknown): boolean {
    return this.isCausedBy(error, (each) => this.database.isMistake(each));
  }

  /** Whether whoever handles an event has given it up. */
  isUnrecoverable(error: unknown): boolean {
    return this.isCausedBy(error, (each) => each instanceof UnrecoverableError);
  }

  private isCausedBy(error: unknown, isIt: (error: unknown) => boolean): boolean {
    if (isIt(error)) return true;
    return (
      error instanceof Error && error.cause !== undefined && this.isCausedBy(error.cause, isIt)
    );
  }

  /** Does what operators ask for. @throws StoreUnavailableError for what the driver throws in an outage. */
  async onRequest<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof EventSourcingError || !this.isOutage(error)) throw error;
      throw new StoreUnavailableError(messageOf(error), { cause: error });
    }
  }
}

/** Null when the log is in memory: then there are no processors. */
export const processingSupportProvider: FactoryProvider<ProcessingSupport | null> = {
  provide: ProcessingSupport,
  inject: [
    EVENT_DATABASE,
    EventStore,
    LogFeed,
    EventSerializer,
    Clock,
    Instruments,
    Random,
    EVENT_SOURCING_OPTIONS,
  ],
  useFactory: (
    database: OptionalEventDatabase,
    store: EventStore,
    feed: LogFeed,
    serializer: EventSerializer,
    clock: Clock,
    instruments: Instruments,
    random: Random,
    { processing }: EventSourcingModuleOptions,
  ) =>
    database &&
    new ProcessingSupport(
      database,
      store,
      feed,
      serializer,
      clock,
      instruments,
      random,
      processing,
    ),
};
