export * from './aggregate/aggregate-committer.js';
export * from './aggregate/aggregate-repository.factory.js';
export * from './aggregate/aggregate-repository.js';
export * from './aggregate/aggregate-root.js';
export { Aggregate, type AggregateOptions } from './aggregate/aggregate.decorator.js';
export * from './aggregate/conflict-retry.js';
export * from './aggregate/inject-aggregate-repository.decorator.js';
export type { SnapshotOptions } from './aggregate/snapshots/snapshot-policy.js';
export { StoredCommand } from './commands/stored-command.decorator.js';
export { fieldErrors } from './commands/field-errors.js';
export * from './commands/repeatable-command.js';
export * from './context/clock.js';
export * from './context/id-generator.js';
export * from './context/message-context.js';
export * from './context/random.js';
export { currentStoredPosition, notingStored, StoredPosition } from './context/stored-position.js';
export * from './errors/aggregate.errors.js';
export * from './errors/command.errors.js';
export * from './errors/event-sourcing.error.js';
export * from './errors/event.errors.js';
export * from './errors/hub.errors.js';
export * from './errors/intake.errors.js';
export * from './errors/projection.errors.js';
export * from './errors/processor.errors.js';
export * from './errors/saga.errors.js';
export * from './errors/store.errors.js';
export * from './errors/validation-failed.error.js';
export type { FeatureOptions } from './event-sourcing-feature.js';
export type { EventSourcingModuleOptions } from './event-sourcing.module-definition.js';
export { EventSourcingModule } from './event-sourcing.module.js';
export * from './events/committed-events.js';
export { DomainEvent, type DomainEventOptions } from './events/domain-event.decorator.js';
export type { EventEnvelope } from './events/event-envelope.js';
export { EventIntake, type IntakeTrust } from './events/event-intake.js';
export { IntakeCheck } from './events/intake-check.js';
export * from './events/event-reader.js';
export * from './events/event-registry.js';
export * from './events/event-writer.js';
export type { StoredEventData, EventUpcaster } from './events/upcaster.js';
export { Upcaster } from './events/upcaster.decorator.js';
export { ValueObject } from './events/value-object.decorator.js';
export * from './instrumentation/instrumentation.js';
export { type EventClass, On, OnBatch } from './projections/on.decorator.js';
export { ProjectionContext } from './projections/projection-context.js';
export {
  type EntityClass,
  Projection,
  type ProjectionOptions,
} from './projections/projection.decorator.js';
export {
  ProjectionRebuilds,
  type RebuildOptions,
  type VerifyOptions,
} from './projections/rebuild/projection-rebuilds.js';
export type * from './projections/rebuild/rebuild-status.js';
export * from './processing/effect-processor.js';
export * from './processing/exclusive-work.js';
export * from './processing/forwarding-processor.js';
export * from './processing/parked-event.js';
export type { ParkedEventFilter } from './processing/parked-event-table.js';
export { ParkedEvents } from './processing/parked-events.js';
export type { ProcessingOptions } from './processing/processing-options.js';
export * from './processing/processor.js';
export * from './processing/processor-status.js';
export { Processors } from './processing/processors.js';
export type { SqlParameter } from './processing/portable-sql.js';
export { RetryPolicy, type RetryPolicyOptions } from './processing/retry-policy.js';
export { type Sql, SqlDatabase } from './processing/sql-database.js';
export { ReactorContext } from './reactors/reactor-context.js';
export { Reactor, type ReactorOptions } from './reactors/reactor.decorator.js';
export { ReactsTo } from './reactors/reacts-to.decorator.js';
export { DurableSaga, type DurableSagaOptions } from './sagas/durable-saga.decorator.js';
export {
  ContinuesOn,
  type CorrelationOptions,
  OnDeadline,
  OnError,
  OnRefusal,
  type Refusal,
  StartsOn,
} from './sagas/saga-handler.decorators.js';
export type { SagaFailure, SagaWork, Verdict } from './sagas/saga-failure.js';
export { type Due, SagaStep, step } from './sagas/saga-step.js';
export * from './store/event-store.js';
export * from './store/expected-revision.js';
export * from './store/memory/in-memory-event-store.js';
export { EVENT_TYPE, isCorrelationId, isEventId, isEventType } from './store/append-request.js';
export { LogFeed } from './store/log-feed.js';
export { MigrationStatus } from './store/migration-status.js';
export * from './store/recorded-event.js';
export type { HubOptions } from './store/remote/hub-client.js';
export { RemoteEventStore } from './store/remote/remote-event-store.js';
export * from './store/snapshot-store.js';
export {
  aggregateIdOf,
  CATEGORY,
  categoryOf,
  isCategory,
  isStreamName,
  streamName,
} from './store/stream-name.js';
export type { MigrationClass } from './store/typeorm/event-database.js';
export { sqliteDriver } from './store/typeorm/sqlite/sqlite-driver.js';
export * from './store/typeorm/transaction-runner.js';
export type { EventStoreLimits } from './store/typeorm/typeorm-event-store.js';
export type { LogFilter } from './subscriptions/log-filter.js';
export {
  LogSubscriptions,
  type SubscribedEvents,
  type SubscribeOptions,
} from './subscriptions/log-subscriptions.js';
export { RecentEvents, type RecentEventsLimits } from './subscriptions/recent-events.js';
