import { FactoryProvider } from '@nestjs/common';
import { Clock } from '../context/clock.js';
import { Random } from '../context/random.js';
import { InfrastructureError } from '../errors/event-sourcing.error.js';
import {
  EVENT_SOURCING_OPTIONS,
  type EventSourcingModuleOptions,
} from '../event-sourcing.module-definition.js';
import { EventSerializer } from '../events/event-serializer.js';
import { EVENT_DATABASE, type OptionalEventDatabase } from '../store/event-database.provider.js';
import { EventStore } from '../store/event-store.js';
import { UnheardWatch } from '../store/typeorm/database-watch.js';
import type { EventDatabase } from '../store/typeorm/event-database.js';
import type { ShadowDatabase } from '../store/typeorm/shadow-database.js';
import { Instruments } from '../instrumentation/instruments.js';
import { BatchCommit } from './batch-commit.js';
import { Checkpoints } from './checkpoints.js';
import { Leases } from './leases.js';
import { ParkedEventTable } from './parked-event-table.js';
import {
  DEFAULT_LEASE_MS,
  DEFAULT_MAX_PARKED_EVENTS,
  type ProcessingOptions,
} from './processing-options.js';
import { Processor } from './processor.js';
import { RetryPolicy } from './retry-policy.js';

const RENEWALS_A_LEASE = 3;

/** The database that processors write to, and its ways. */
export type ProcessingDatabase = Pick<
  EventDatabase,
  'dataSource' | 'transactions' | 'watch' | 'isAtFault'
>;

/** What the processors of an application have in common. */
export class ProcessingSupport {
  readonly leaseMs: number;
  readonly maxParkedEvents: number;
  readonly checkpoints: Checkpoints;
  readonly leases: Leases;
  readonly parked: ParkedEventTable;
  readonly retry: RetryPolicy;

  constructor(
    readonly database: ProcessingDatabase,
    readonly store: EventStore,
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
    this.leases = new Leases(dataSource, transactions, watch, this.leaseMs);
    this.parked = new ParkedEventTable(dataSource);
    this.retry = new RetryPolicy(random, options.retry);
  }

  /** The transactions in which a processor handles events. */
  commitsOf(processor: Processor): BatchCommit {
    const { serializer, database, checkpoints, parked, maxParkedEvents, instruments } = this;
    const limits = { maxParkedEvents, renewAfterMs: this.leaseMs / RENEWALS_A_LEASE };
    const { transactions } = database;
    return new BatchCommit(
      processor,
      serializer,
      transactions,
      checkpoints,
      parked,
      limits,
      instruments,
    );
  }

  /** The same for processors that run in a shadow of the database, on a log of its own. */
  inside({ dataSource, transactions }: ShadowDatabase, log: EventStore): ProcessingSupport {
    const { database, serializer, clock, instruments, random, options } = this;
    const shadow: ProcessingDatabase = {
      dataSource,
      transactions,
      watch: new UnheardWatch(),
      isAtFault: (error) => database.isAtFault(error),
    };
    return new ProcessingSupport(shadow, log, serializer, clock, instruments, random, options);
  }

  /** Whether something other than the event at hand is at fault, so that the same would happen to any event. */
  isOutage(error: unknown): boolean {
    if (error instanceof InfrastructureError || this.database.isAtFault(error)) return true;
    return error instanceof Error && error.cause !== undefined && this.isOutage(error.cause);
  }
}

/** Null when the log is in memory: then there are no processors. */
export const processingSupportProvider: FactoryProvider<ProcessingSupport | null> = {
  provide: ProcessingSupport,
  inject: [
    EVENT_DATABASE,
    EventStore,
    EventSerializer,
    Clock,
    Instruments,
    Random,
    EVENT_SOURCING_OPTIONS,
  ],
  useFactory: (
    database: OptionalEventDatabase,
    store: EventStore,
    serializer: EventSerializer,
    clock: Clock,
    instruments: Instruments,
    random: Random,
    { processing }: EventSourcingModuleOptions,
  ) =>
    database &&
    new ProcessingSupport(database, store, serializer, clock, instruments, random, processing),
};
