import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { ConflictRetryOptions } from './aggregate/conflict-retry.js';
import type { ProcessingOptions } from './processing/processing-options.js';
import type { HubOptions } from './store/remote/hub-client.js';
import type { EventStoreLimits } from './store/typeorm/typeorm-event-store.js';

/** How the kit is set up, once for the application. */
export interface EventSourcingModuleOptions {
  /**
   * Where the log is: in the database of the default TypeORM data source (`better-sqlite3` or `postgres`); in memory, for
   * tests, which is refused when NODE_ENV is `production`; or at a hub in another process. With a hub, the data source holds
   * what is derived from the log, and no log.
   * @default 'typeorm'
   */
  readonly store?: 'typeorm' | 'memory' | HubOptions;

  /** How much the store takes on at once. */
  readonly limits?: EventStoreLimits;

  /** How `AggregateRepository.execute` repeats a change that lost a race. */
  readonly conflictRetry?: ConflictRetryOptions;
  /** How processors run. */
  readonly processing?: ProcessingOptions;
}

export const {
  ConfigurableModuleClass: ConfigurableEventSourcingModule,
  MODULE_OPTIONS_TOKEN: EVENT_SOURCING_OPTIONS,
  OPTIONS_TYPE,
  ASYNC_OPTIONS_TYPE,
} = new ConfigurableModuleBuilder<EventSourcingModuleOptions>()
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createEventSourcingOptions')
  .build();
