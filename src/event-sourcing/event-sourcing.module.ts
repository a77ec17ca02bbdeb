import {
  DynamicModule,
  Global,
  Inject,
  Module,
  OnApplicationShutdown,
  OnModuleInit,
} from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { EventBus } from '@nestjs/cqrs';
import { setTimeout as delay } from 'node:timers/promises';
import { AggregateCommitter } from './aggregate/aggregate-committer.js';
import { AggregateReplay } from './aggregate/aggregate-replay.js';
import { AggregateClass } from './aggregate/aggregate-repository.js';
import { AggregateRepositoryFactory } from './aggregate/aggregate-repository.factory.js';
import { ConflictRetry } from './aggregate/conflict-retry.js';
import { getAggregateRepositoryToken } from './aggregate/inject-aggregate-repository.decorator.js';
import { Snapshots } from './aggregate/snapshots/snapshots.js';
import { EventSourcingBoot } from './boot/event-sourcing-boot.js';
import { Clock, SystemClock } from './context/clock.js';
import { IdGenerator, UuidV7Generator } from './context/id-generator.js';
import { Random, SystemRandom } from './context/random.js';
import { cqrsThatStores } from './event-bus/cqrs-that-stores.js';
import { PersistentEventBus } from './event-bus/persistent-event-bus.js';
import { EventSourcingFeature, type FeatureOptions } from './event-sourcing-feature.js';
import {
  ASYNC_OPTIONS_TYPE,
  ConfigurableEventSourcingModule,
  EVENT_SOURCING_OPTIONS,
  type EventSourcingModuleOptions,
  OPTIONS_TYPE,
} from './event-sourcing.module-definition.js';
import { CategoryOwners } from './events/category-owners.js';
import { CommittedEvents } from './events/committed-events.js';
import { EventIntake } from './events/event-intake.js';
import { EventReader } from './events/event-reader.js';
import { EventRegistry } from './events/event-registry.js';
import { EventSerializer } from './events/event-serializer.js';
import { EventWriter } from './events/event-writer.js';
import { Upcasters } from './events/upcasters.js';
import { Instruments } from './instrumentation/instruments.js';
import { Projections } from './projections/projections.js';
import { ProjectionRebuilds } from './projections/rebuild/projection-rebuilds.js';
import { RebuildWorker } from './projections/rebuild/rebuild-worker.js';
import { ExclusiveWork } from './processing/exclusive-work.js';
import { ParkedEvents } from './processing/parked-events.js';
import { processingSupportProvider } from './processing/processing-support.js';
import { ProcessorRegistry } from './processing/processor-registry.js';
import { Processors } from './processing/processors.js';
import { SqlDatabase } from './processing/sql-database.js';
import { Reactors } from './reactors/reactors.js';
import { DeadlineTimer } from './sagas/deadline-timer.js';
import { SagaLog } from './sagas/saga-log.js';
import { Sagas } from './sagas/sagas.js';
import {
  EVENT_DATABASE,
  eventDatabaseProvider,
  type OptionalEventDatabase,
} from './store/event-database.provider.js';
import { EventStore } from './store/event-store.js';
import { MigrationStatus } from './store/migration-status.js';
import { RemoteEventStore } from './store/remote/remote-event-store.js';
import { storeProviders } from './store/store.providers.js';
import { LogSubscriptions } from './subscriptions/log-subscriptions.js';

const HANDLERS_MAY_TAKE_MS = 10_000;

/**
 * Event sourcing for a Nest application. Import `forRoot` once, beside `TypeOrmModule.forRoot`, and `forFeature` in
 * every module that has aggregates. Upcasters, handlers, projections and sagas are found by being providers.
 */
@Global()
@Module({
  imports: [DiscoveryModule, cqrsThatStores()],
  providers: [
    { provide: Clock, useClass: SystemClock },
    { provide: IdGenerator, useClass: UuidV7Generator },
    { provide: Random, useClass: SystemRandom },
    {
      provide: ConflictRetry,
      inject: [Random, EVENT_SOURCING_OPTIONS],
      useFactory: (random: Random, { conflictRetry }: EventSourcingModuleOptions) =>
        new ConflictRetry(random, conflictRetry),
    },
    Instruments,
    eventDatabaseProvider,
    ...storeProviders,
    { provide: EventRegistry, useFactory: () => new EventRegistry() },
    Upcasters,
    EventSerializer,
    EventReader,
    EventWriter,
    EventIntake,
    { provide: CategoryOwners, useFactory: () => new CategoryOwners() },
    CommittedEvents,
    LogSubscriptions,
    SqlDatabase,
    AggregateCommitter,
    AggregateReplay,
    Snapshots,
    AggregateRepositoryFactory,
    Projections,
    processingSupportProvider,
    ProcessorRegistry,
    Processors,
    ParkedEvents,
    ExclusiveWork,
    ProjectionRebuilds,
    RebuildWorker,
    Reactors,
    SagaLog,
    DeadlineTimer,
    Sagas,
    MigrationStatus,
    EventSourcingBoot,
  ],
  exports: [
    Clock,
    IdGenerator,
    Random,
    ConflictRetry,
    ...storeProviders.map(({ provide }) => provide),
    EventRegistry,
    EventReader,
    EventWriter,
    EventIntake,
    CommittedEvents,
    LogSubscriptions,
    SqlDatabase,
    AggregateCommitter,
    AggregateRepositoryFactory,
    Processors,
    ParkedEvents,
    ExclusiveWork,
    ProjectionRebuilds,
    MigrationStatus,
    Instruments,
  ],
})
export class EventSourcingModule
  extends ConfigurableEventSourcingModule
  implements OnModuleInit, OnApplicationShutdown
{
  private finished: Promise<void> | undefined;

  constructor(
    private readonly processors: Processors,
    private readonly rebuilds: RebuildWorker,
    private readonly bus: EventBus,
    private readonly sagas: Sagas,
    private readonly snapshots: Snapshots,
    private readonly store: EventStore,
    @Inject(EVENT_DATABASE) private readonly database: OptionalEventDatabase,
  ) {
    super();
  }

  static override forRoot(options: typeof OPTIONS_TYPE = {}): DynamicModule {
    return super.forRoot(options);
  }

  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    return super.forRootAsync(options);
  }

  /** Provides an `AggregateRepository` for each aggregate, to be injected with `@InjectAggregateRepository`. */
  static forFeature(
    aggregates: readonly AggregateClass[],
    { migrations = [] }: FeatureOptions = {},
  ): DynamicModule {
    const feature = Symbol('EventSourcingFeature');
    const repositories = aggregates.map((aggregate) => ({
      provide: getAggregateRepositoryToken(aggregate),
      inject: [AggregateRepositoryFactory],
      useFactory: (factory: AggregateRepositoryFactory) => factory.create(aggregate),
    }));
    return {
      module: EventSourcingFeatureModule,
      providers: [
        ...repositories,
        { provide: feature, useValue: new EventSourcingFeature(aggregates, migrations) },
      ],
      exports: repositories.map(({ provide }) => provide),
    };
  }

  /** Nest shuts down global modules in an order that depends on their imports: TypeORM's, when first, waits for this. */
  onModuleInit(): void {
    if (!this.database) return;
    const { dataSource } = this.database;
    const destroy = dataSource.destroy.bind(dataSource);
    dataSource.destroy = async () => {
      await this.onApplicationShutdown();
      await destroy();
    };
  }

  /** After the last request has been answered: what it led to is finished, then the database is closed. */
  onApplicationShutdown(): Promise<void> {
    this.finished ??= this.finish();
    return this.finished;
  }

  private async finish(): Promise<void> {
    if (this.bus instanceof PersistentEventBus) {
      // A chain of handlers that never ends must not keep the process from ending.
      await Promise.race([this.bus.idle(), delay(HANDLERS_MAY_TAKE_MS, undefined, { ref: false })]);
      this.bus.close();
    }
    await this.sagas.stop();
    await this.rebuilds.stop();
    await this.processors.stop();
    await this.snapshots.close();
    if (this.store instanceof RemoteEventStore) await this.store.close();
    await this.database?.close();
  }
}

/** The module class behind every `forFeature`. */
@Module({})
export class EventSourcingFeatureModule {}
