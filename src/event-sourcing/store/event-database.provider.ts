import { FactoryProvider } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { Clock } from '../context/clock.js';
import { ConfigurationError } from '../errors/event-sourcing.error.js';
import {
  EVENT_SOURCING_OPTIONS,
  type EventSourcingModuleOptions,
} from '../event-sourcing.module-definition.js';
import { Instruments } from '../instrumentation/instruments.js';
import { type EventDatabase, openEventDatabase } from './typeorm/event-database.js';

/** The token of the open database; null when the log is in memory. */
export const EVENT_DATABASE = Symbol('EVENT_DATABASE');
export type OptionalEventDatabase = EventDatabase | null;

export const eventDatabaseProvider: FactoryProvider<OptionalEventDatabase> = {
  provide: EVENT_DATABASE,
  inject: [
    EVENT_SOURCING_OPTIONS,
    Clock,
    Instruments,
    { token: getDataSourceToken(), optional: true },
  ],
  useFactory: async (
    { store = 'typeorm', limits }: EventSourcingModuleOptions,
    clock: Clock,
    instruments: Instruments,
    dataSource?: DataSource,
  ) => {
    if (store === 'memory') {
      refuseMemoryInProduction();
      return null;
    }
    if (!dataSource) {
      throw new ConfigurationError([
        'The event store needs a TypeORM data source. Import TypeOrmModule.forRoot({ type: ' +
          "'better-sqlite3', driver: sqliteDriver(), database: 'data/hub.sqlite', autoLoadEntities: true }), or set " +
          "EventSourcingModule.forRoot({ store: 'memory' }) in a test.",
      ]);
    }
    return openEventDatabase(dataSource, clock, limits, instruments);
  },
};

function refuseMemoryInProduction(): void {
  if (process.env.NODE_ENV === 'production') {
    throw new ConfigurationError([
      'store: \'memory\' loses every event when the process ends, and NODE_ENV is "production". Remove it from ' +
        'EventSourcingModule.forRoot(…) to store events in the database.',
    ]);
  }
}
