import { Inject, Injectable, OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { EventBus } from '@nestjs/cqrs';
import { ConfigurationError } from '../errors/event-sourcing.error.js';
import { PersistentEventBus } from '../event-bus/persistent-event-bus.js';
import { EventRegistry } from '../events/event-registry.js';
import type { EventUpcaster } from '../events/upcaster.js';
import { UpcasterMetadata } from '../events/upcaster.decorator.js';
import { Upcasters } from '../events/upcasters.js';
import { EventSourcingFeature } from '../event-sourcing-feature.js';
import { Projections } from '../projections/projections.js';
import { Reactors } from '../reactors/reactors.js';
import { Sagas } from '../sagas/sagas.js';
import { EVENT_DATABASE, type OptionalEventDatabase } from '../store/event-database.provider.js';
import { aggregateProblems, duplicateEvents, missingUpcasters } from './boot-checks.js';
import { snapshotProblems } from './snapshot-checks.js';

/** Puts together what discovery finds, refuses what does not fit, and brings the features' tables up to date. */
@Injectable()
export class EventSourcingBoot implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly registry: EventRegistry,
    private readonly upcasters: Upcasters,
    private readonly projections: Projections,
    private readonly reactors: Reactors,
    private readonly sagas: Sagas,
    @Inject(EVENT_DATABASE) private readonly database: OptionalEventDatabase,
  ) {}

  /** @throws ConfigurationError with every problem found. */
  async onModuleInit(): Promise<void> {
    const features = this.instances().filter((each) => each instanceof EventSourcingFeature);
    const aggregates = features.flatMap((feature) => feature.aggregates);
    const problems = [
      ...this.registerUpcasters(),
      ...this.repeatedImports(),
      ...this.strayEventBuses(),
      ...duplicateEvents(this.registry),
      ...missingUpcasters(this.registry, this.upcasters),
      ...aggregateProblems(aggregates, this.registry),
      ...snapshotProblems(aggregates),
      ...this.projections.discover(),
      ...this.reactors.discover(),
      ...this.sagas.discover(),
    ];
    if (problems.length > 0) throw new ConfigurationError(problems);
    const migrations = new Set(features.flatMap((feature) => feature.migrations));
    if (migrations.size > 0) await this.database?.migrate([...migrations]);
    this.projections.register();
    this.reactors.register();
    this.sagas.register();
  }

  private registerUpcasters(): string[] {
    const problems: string[] = [];
    const names = new Map<string, string>();
    const declared = this.discovery.getProviders({ metadataKey: UpcasterMetadata.KEY });
    for (const wrapper of declared) {
      const declaration = this.discovery.getMetadataByDecorator(UpcasterMetadata, wrapper);
      if (!declaration) continue;
      const { type, from } = declaration;
      const origin = `"${type}" version ${from}`;
      const upcaster = wrapper.instance as EventUpcaster;
      const { name } = upcaster.constructor;
      const other = names.get(origin);
      if (other) problems.push(`${other} and ${name} both lift ${origin}. Remove one.`);
      names.set(origin, name);
      this.upcasters.add(type, from, upcaster);
    }
    return problems;
  }

  private repeatedImports(): string[] {
    const times = this.instances().filter((each) => each instanceof EventSourcingBoot).length;
    if (times === 1) return [];
    return [
      `EventSourcingModule.forRoot() is imported ${times} times. Import it once, in the root module: what it ` +
        'provides is there for every module.',
    ];
  }

  private strayEventBuses(): string[] {
    return this.discovery
      .getProviders()
      .filter(({ instance }: { instance: unknown }) => instance instanceof EventBus)
      .filter(({ instance }) => !(instance instanceof PersistentEventBus))
      .map(
        () =>
          'A module imports CqrsModule, and would get an event bus that stores nothing. Remove CqrsModule ' +
          'from its imports: EventSourcingModule.forRoot() provides CommandBus, QueryBus and EventBus ' +
          'everywhere.',
      );
  }

  private instances(): unknown[] {
    return this.discovery.getProviders().map(({ instance }: { instance: unknown }) => instance);
  }
}
