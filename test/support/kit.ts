import { UnhandledExceptionBus } from '@nestjs/cqrs';
import {
  type AggregateClass,
  AggregateCommitter,
  AggregateRepository,
  type AggregateRoot,
  CommittedEvents,
  ConflictRetry,
  type ConflictRetryOptions,
  EventReader,
  EventRegistry,
  type EventStore,
  type EventUpcaster,
  EventWriter,
  IdGenerator,
  InMemoryEventStore,
  type Random,
  type SnapshotStore,
  SystemRandom,
  UuidV7Generator,
} from '../../src/event-sourcing/index.js';
import { AggregateReplay } from '../../src/event-sourcing/aggregate/aggregate-replay.js';
import { Snapshots } from '../../src/event-sourcing/aggregate/snapshots/snapshots.js';
import { EventHandlerFailures } from '../../src/event-sourcing/event-bus/event-handler-failures.js';
import { PersistentEventPublisher } from '../../src/event-sourcing/event-bus/persistent-event-publisher.js';
import { EventSerializer } from '../../src/event-sourcing/events/event-serializer.js';
import { Upcasters } from '../../src/event-sourcing/events/upcasters.js';
import { InMemorySnapshotStore } from '../../src/event-sourcing/store/memory/in-memory-snapshot-store.js';
import { SettableClock } from './controlled-environment.js';

export interface KitOptions {
  readonly store?: EventStore;
  readonly snapshotStore?: SnapshotStore;
  readonly ids?: IdGenerator;
  readonly random?: Random;
  readonly conflictRetry?: ConflictRetryOptions;
  /** By the stored name they lift, at version 1. */
  readonly upcasters?: Readonly<Record<string, EventUpcaster['upcast']>>;
}

/** The kit without Nest: its parts, put together by hand. */
export interface Kit {
  readonly store: EventStore;
  readonly committed: CommittedEvents;
  readonly committer: AggregateCommitter;
  readonly reader: EventReader;
  readonly writer: EventWriter;
  readonly snapshots: Snapshots;
  repository<T extends AggregateRoot>(aggregateClass: AggregateClass<T>): AggregateRepository<T>;
  /** Lets `aggregate.commit()` store, as `EventPublisher.mergeObjectContext` does. */
  connect<T extends AggregateRoot>(aggregate: T): T;
}

export function assembleKit({
  store = new InMemoryEventStore(new SettableClock()),
  snapshotStore = new InMemorySnapshotStore(),
  ids = new UuidV7Generator(),
  random = new SystemRandom(),
  conflictRetry,
  upcasters = {},
}: KitOptions = {}): Kit {
  const registry = new EventRegistry();
  const lifts = new Upcasters(registry);
  for (const [type, upcast] of Object.entries(upcasters)) lifts.add(type, 1, { upcast });
  const serializer = new EventSerializer(registry, lifts);
  const committed = new CommittedEvents();
  const writer = new EventWriter(store, serializer, ids, committed);
  const committer = new AggregateCommitter(writer);
  const publisher = new PersistentEventPublisher(
    writer,
    committer,
    registry,
    new EventHandlerFailures(new UnhandledExceptionBus()),
  );
  const retry = new ConflictRetry(random, conflictRetry);
  const replay = new AggregateReplay(store, serializer);
  const snapshots = new Snapshots(snapshotStore, store, replay, registry, lifts, committed);
  return {
    store,
    committed,
    committer,
    reader: new EventReader(store, serializer),
    writer,
    snapshots,
    repository: (aggregateClass) =>
      new AggregateRepository(
        aggregateClass,
        store,
        replay,
        committer,
        retry,
        snapshots.of(aggregateClass),
      ),
    connect: (aggregate) => {
      aggregate.publishAll = (events) => publisher.publishAll(events, aggregate);
      return aggregate;
    },
  };
}
