import type { Type } from '@nestjs/common';
import { Inject, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import { Clock } from '../context/clock.js';
import {
  EVENT_SOURCING_OPTIONS,
  type EventSourcingModuleOptions,
} from '../event-sourcing.module-definition.js';
import { EventRegistry } from '../events/event-registry.js';
import { Upcasters } from '../events/upcasters.js';
import { ProcessorRegistry } from '../processing/processor-registry.js';
import { DeadlineTimer } from './deadline-timer.js';
import { sagaMethodsOf } from './saga-handler.decorators.js';
import { missingSagaDecorator, sagaProblems, sharedNames } from './saga-checks.js';
import { SagaCommandsProcessor } from './saga-commands.processor.js';
import { SagaDeadlinesProcessor } from './saga-deadlines.processor.js';
import { type SagaDefinition, sagaDefinitionOf } from './saga-definition.js';
import { SagaLog } from './saga-log.js';
import { SagaProcessor } from './saga.processor.js';

interface FoundSaga {
  readonly definition: SagaDefinition;
  readonly instance: object;
}

/** Finds the application's durable sagas, says what is wrong with them, and has the runtime run them. */
@Injectable()
export class Sagas implements OnApplicationBootstrap {
  private readonly found: FoundSaga[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly events: EventRegistry,
    private readonly upcasters: Upcasters,
    private readonly processors: ProcessorRegistry,
    private readonly log: SagaLog,
    private readonly clock: Clock,
    private readonly timer: DeadlineTimer,
    private readonly commands: CommandBus,
    @Inject(EVENT_SOURCING_OPTIONS) private readonly options: EventSourcingModuleOptions,
  ) {}

  /** @returns everything that is wrong with the sagas among the providers. */
  discover(): string[] {
    const problems: string[] = [];
    const providers: readonly { readonly instance: unknown }[] = this.discovery.getProviders();
    for (const instance of new Set(providers.map((provider) => provider.instance))) {
      if (typeof instance !== 'object' || instance === null) continue;
      const sagaClass = instance.constructor as Type<object> | undefined;
      if (typeof sagaClass?.prototype !== 'object') continue;
      const definition = sagaDefinitionOf(sagaClass);
      if (definition) {
        this.found.push({ definition, instance });
        problems.push(...sagaProblems(definition, this.events));
      } else if (sagaMethodsOf(sagaClass).length > 0) {
        problems.push(missingSagaDecorator(sagaClass));
      }
    }
    return [...problems, ...sharedNames(this.found.map(({ definition }) => definition))];
  }

  /** Has them run from the start of the application on. To be called when the upcasters are known. */
  register(): void {
    if (this.found.length === 0) return;
    const lifted = this.upcasters.liftedTypes();
    const sagas = this.found.map(
      ({ definition, instance }) =>
        new SagaProcessor(definition, instance, this.log, this.clock, lifted),
    );
    for (const saga of sagas) this.processors.add(saga);
    const judges = new Map(sagas.map(({ category, judge }) => [category, judge]));
    this.processors.add(new SagaCommandsProcessor(this.commands, this.log, judges));
    this.processors.add(new SagaDeadlinesProcessor());
  }

  onApplicationBootstrap(): void {
    const isRunning = this.options.processing?.run ?? true;
    if (isRunning && this.found.length > 0) this.timer.start();
  }

  /** No more deadlines are said to be reached. */
  stop(): Promise<void> {
    return this.timer.stop();
  }
}
