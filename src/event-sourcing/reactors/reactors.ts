import type { Type } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { EventRegistry } from '../events/event-registry.js';
import { Upcasters } from '../events/upcasters.js';
import { ProcessorRegistry } from '../processing/processor-registry.js';
import { EVENT_DATABASE, type OptionalEventDatabase } from '../store/event-database.provider.js';
import { DatabaseEffectLedger } from './database-effect-ledger.js';
import { missingReactorDecorator, reactorProblems } from './reactor-checks.js';
import { type ReactorDefinition, reactorDefinitionOf } from './reactor-definition.js';
import { ReactorProcessor } from './reactor.processor.js';
import { reactorMethodsOf } from './reacts-to.decorator.js';

/** Finds the application's reactors, says what is wrong with them, and has the runtime run them. */
@Injectable()
export class Reactors {
  private readonly found: {
    readonly definition: ReactorDefinition;
    readonly instance: object;
  }[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly events: EventRegistry,
    private readonly upcasters: Upcasters,
    private readonly processors: ProcessorRegistry,
    @Inject(EVENT_DATABASE) private readonly database: OptionalEventDatabase,
  ) {}

  /** @returns everything that is wrong with the reactors among the providers. */
  discover(): string[] {
    const providers: readonly { readonly instance: unknown }[] = this.discovery.getProviders();
    return [...new Set(providers.map(({ instance }) => instance))].flatMap((instance) => {
      if (typeof instance !== 'object' || instance === null) return [];
      const reactorClass = instance.constructor as Type<object> | undefined;
      if (typeof reactorClass?.prototype !== 'object') return [];
      const definition = reactorDefinitionOf(reactorClass);
      if (definition) {
        this.found.push({ definition, instance });
        return reactorProblems(definition, this.events);
      }
      return reactorMethodsOf(reactorClass).length > 0
        ? [missingReactorDecorator(reactorClass)]
        : [];
    });
  }

  /** Has them run from the start of the application on. To be called when the upcasters are known. */
  register(): void {
    if (!this.database) return;
    const ledger = new DatabaseEffectLedger(this.database);
    const lifted = this.upcasters.liftedTypes();
    for (const { definition, instance } of this.found) {
      this.processors.add(new ReactorProcessor(definition, instance, ledger, lifted));
    }
  }
}
