import type { Lifecycle } from '../processing/processor.js';
import { type EventClass, type HandlerMethod, handlerMethodsOf } from './on.decorator.js';
import {
  type EntityClass,
  type ProjectionClass,
  projectionOptionsOf,
} from './projection.decorator.js';

/** All that a class declares about itself as a projection. */
export interface ProjectionDefinition {
  readonly projectionClass: ProjectionClass;
  readonly name: string;
  /** Says that the read model's shape or making has changed. */
  readonly version: number;
  readonly entities: readonly EntityClass[];
  readonly lifecycle: Lifecycle;
  readonly methods: readonly HandlerMethod[];
}

/** What the decorators of a class say together; undefined when it carries no `@Projection`. */
export function projectionDefinitionOf(
  projectionClass: ProjectionClass,
): ProjectionDefinition | undefined {
  const options = projectionOptionsOf(projectionClass);
  if (!options) return undefined;
  const { name, version, entities = [], lifecycle = 'async' } = options;
  const methods = handlerMethodsOf(projectionClass);
  return { projectionClass, name, version, entities, lifecycle, methods };
}

/** The classes of the events a projection handles, each once. */
export function eventsOf({ methods }: ProjectionDefinition): readonly EventClass[] {
  return [...new Set(methods.flatMap(({ events }) => events))];
}
