import { Inject, Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { EventRegistry } from '../events/event-registry.js';
import { Upcasters } from '../events/upcasters.js';
import { ProcessorRegistry } from '../processing/processor-registry.js';
import { EVENT_DATABASE, type OptionalEventDatabase } from '../store/event-database.provider.js';
import { definitionProblems } from './definition-checks.js';
import { type ProjectionDefinition, projectionDefinitionOf } from './projection-definition.js';
import { ProjectionProcessor } from './projection.processor.js';
import type { RebuildableProjection } from './rebuild/rebuildable-projection.js';
import { providedProjections } from './provided-projection.js';
import {
  entityProblems,
  missingProjectionDecorator,
  scopeProblems,
  sharedNames,
} from './provider-checks.js';

/** Finds the application's projections, says what is wrong with them, and has the runtime run them. */
@Injectable()
export class Projections {
  private readonly found: {
    readonly definition: ProjectionDefinition;
    readonly instance: object;
  }[] = [];
  private runnable: readonly RebuildableProjection[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly registry: EventRegistry,
    private readonly upcasters: Upcasters,
    private readonly processors: ProcessorRegistry,
    @Inject(EVENT_DATABASE) private readonly database: OptionalEventDatabase,
  ) {}

  /** @returns everything that is wrong with the projections among the providers. */
  discover(): string[] {
    const problems = providedProjections(this.discovery).flatMap((provided) => {
      const { projectionClass, instance } = provided;
      const definition = projectionDefinitionOf(projectionClass);
      if (!definition) return [missingProjectionDecorator(projectionClass)];
      this.found.push({ definition, instance });
      return [...scopeProblems(provided), ...definitionProblems(definition, this.registry)];
    });
    const definitions = this.found.map(({ definition }) => definition);
    problems.push(...sharedNames(definitions));
    if (this.database) problems.push(...entityProblems(definitions, this.database.dataSource));
    return problems;
  }

  /** Has them run from the start of the application on. To be called when the upcasters are known. */
  register(): void {
    const liftedTypes = this.upcasters.liftedTypes();
    this.runnable = this.found.map(({ definition, instance }) => ({
      definition,
      processorNamed: (name) =>
        new ProjectionProcessor({ ...definition, name }, instance, liftedTypes),
    }));
    for (const { definition, processorNamed } of this.runnable) {
      this.processors.add(processorNamed(definition.name));
    }
  }

  /** Those that run; complete when the application starts. */
  all(): readonly RebuildableProjection[] {
    return this.runnable;
  }

  named(name: string): RebuildableProjection | undefined {
    return this.runnable.find(({ definition }) => definition.name === name);
  }
}
