import type { ModuleMetadata } from '@nestjs/common';
import { CommandBus, EventBus, EventPublisher } from '@nestjs/cqrs';
import { Test, type TestingModule, type TestingModuleBuilder } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  Clock,
  EventReader,
  EventSourcingModule,
  type EventSourcingModuleOptions,
  EventStore,
  InMemoryEventStore,
} from '../../src/event-sourcing/index.js';
import { PersistentEventBus } from '../../src/event-sourcing/event-bus/persistent-event-bus.js';
import { CapturedLogs } from './captured-logs.js';
import type { TestDatabase } from './databases.js';
import { FaultyEventStore } from './faulty-event-store.js';

export interface BootOptions extends ModuleMetadata {
  /** Without one, the log is in memory, and can be made to fail. */
  readonly database?: TestDatabase;
  readonly options?: EventSourcingModuleOptions;
  readonly configure?: (builder: TestingModuleBuilder) => TestingModuleBuilder;
}

/** An application with the kit, as a Nest test boots it. */
export interface BootedKit {
  readonly app: TestingModule;
  readonly logs: CapturedLogs;
  readonly bus: PersistentEventBus;
  readonly commands: CommandBus;
  readonly publisher: EventPublisher;
  readonly store: EventStore;
  readonly reader: EventReader;
  /** The store, where the log is in memory. */
  readonly faulty: FaultyEventStore;
}

/** What `bootKit` boots, not yet initialised. */
export async function compileKit(
  { database, options, imports = [], configure, ...metadata }: BootOptions = {},
  logs = new CapturedLogs(),
): Promise<TestingModule> {
  const builder = Test.createTestingModule({
    ...metadata,
    imports: [
      ...(database ? [typeOrmOn(database)] : []),
      EventSourcingModule.forRoot(options ?? (database ? {} : { store: 'memory' })),
      ...imports,
    ],
  }).setLogger(logs);
  if (!database) {
    builder.overrideProvider(EventStore).useFactory({
      factory: (clock: Clock) => new FaultyEventStore(new InMemoryEventStore(clock)),
      inject: [Clock],
    });
  }
  return (configure?.(builder) ?? builder).compile();
}

export async function bootKit(options: BootOptions = {}): Promise<BootedKit> {
  const logs = new CapturedLogs();
  const app = await compileKit(options, logs);
  await app.init();
  return {
    app,
    logs,
    bus: app.get<PersistentEventBus>(EventBus),
    commands: app.get(CommandBus),
    publisher: app.get(EventPublisher),
    store: app.get(EventStore),
    reader: app.get(EventReader),
    faulty: app.get(EventStore),
  };
}

export function typeOrmOn(database: TestDatabase): ReturnType<typeof TypeOrmModule.forRoot> {
  return TypeOrmModule.forRoot({ ...database.options, autoLoadEntities: true, retryAttempts: 0 });
}
