import { DynamicModule, FactoryProvider } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import {
  CommandBus,
  CqrsModule,
  EventBus,
  EventPublisher,
  UnhandledExceptionBus,
} from '@nestjs/cqrs';
import { AggregateCommitter } from '../aggregate/aggregate-committer.js';
import { PipelineCommandBus } from '../commands/pipeline-command-bus.js';
import { IdGenerator } from '../context/id-generator.js';
import { CommittedEvents } from '../events/committed-events.js';
import { EventRegistry } from '../events/event-registry.js';
import { EventWriter } from '../events/event-writer.js';
import { Instruments } from '../instrumentation/instruments.js';
import { EventStore } from '../store/event-store.js';
import { AwaitedEventPublisher } from './awaited-event-publisher.js';
import { PersistentEventBus } from './persistent-event-bus.js';

// Factories rather than useClass: a subclass would inherit its base's injected parameters, at the base's places.
const buses: FactoryProvider[] = [
  {
    provide: CommandBus,
    inject: [ModuleRef, IdGenerator, Instruments, EventStore],
    useFactory: (...dependencies: ConstructorParameters<typeof PipelineCommandBus>) =>
      new PipelineCommandBus(...dependencies),
  },
  {
    provide: EventBus,
    inject: [
      CommandBus,
      ModuleRef,
      UnhandledExceptionBus,
      EventWriter,
      AggregateCommitter,
      EventRegistry,
      CommittedEvents,
      Instruments,
    ],
    useFactory: (...dependencies: ConstructorParameters<typeof PersistentEventBus>) =>
      new PersistentEventBus(...dependencies),
  },
  {
    provide: EventPublisher,
    inject: [EventBus, UnhandledExceptionBus],
    useFactory: (...dependencies: ConstructorParameters<typeof AwaitedEventPublisher>) =>
      new AwaitedEventPublisher(...dependencies),
  },
];

/** @nestjs/cqrs with our buses in the place of its own: whoever injects one of its tokens gets one that stores. */
export function cqrsThatStores(): DynamicModule {
  const cqrs = CqrsModule.forRoot();
  return { ...cqrs, providers: [...(cqrs.providers ?? []), ...buses] };
}
