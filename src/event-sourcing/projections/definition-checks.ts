import { declarationOf } from '../events/domain-event.decorator.js';
import { EventRegistry } from '../events/event-registry.js';
import type { EventClass } from './on.decorator.js';
import { eventsOf, type ProjectionDefinition } from './projection-definition.js';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** What is wrong with a projection, looked at by itself. */
export function definitionProblems(
  definition: ProjectionDefinition,
  registry: EventRegistry,
): string[] {
  return [
    ...nameAndVersionProblems(definition),
    ...lifecycleProblems(definition),
    ...methodProblems(definition),
    ...eventsHandledTwice(definition),
    ...undeclaredEvents(definition, registry),
    ...forgottenVersions(definition, registry),
  ];
}

function nameAndVersionProblems({
  projectionClass,
  name,
  version,
}: ProjectionDefinition): string[] {
  const problems: string[] = [];
  if (!NAME.test(name)) {
    problems.push(
      `${projectionClass.name}: "${name}" is not the name of a projection. Write @Projection({ name: '…', … }) with ` +
        "lower case letters, digits and -, starting with a letter, for example 'user-list'.",
    );
  }
  if (!Number.isInteger(version) || version < 1) {
    problems.push(
      `${projectionClass.name}: ${version} is not the version of a projection. Write ` +
        `@Projection({ name: '${name}', version: 1 }), or a higher whole number.`,
    );
  }
  return problems;
}

function lifecycleProblems({ projectionClass, lifecycle }: ProjectionDefinition): string[] {
  if (['async', 'inline'].includes(lifecycle)) return [];
  return [
    `${projectionClass.name}: "${String(lifecycle)}" is no lifecycle. Write lifecycle: 'inline' in its @Projection, or ` +
      "'async', or leave it out.",
  ];
}

function methodProblems({ projectionClass, methods }: ProjectionDefinition): string[] {
  if (methods.length === 0) {
    return [
      `${projectionClass.name} handles no events. Write @On(<Event>) above a method (event, { envelope, manager }), or ` +
        '@OnBatch(<Event>, …) above a method (envelopes, manager).',
    ];
  }
  const batchMethods = methods.filter(({ decorator }) => decorator === 'OnBatch');
  if (batchMethods.length === 0 || methods.length === 1) return [];
  const all = methods.map(({ name, decorator }) => `@${decorator} ${name}`).join(', ');
  return [
    `${projectionClass.name} has an @OnBatch method and others beside it (${all}). Put all its events into one @OnBatch ` +
      'method, or give each a method with @On.',
  ];
}

function eventsHandledTwice(definition: ProjectionDefinition): string[] {
  const { projectionClass, methods } = definition;
  return eventsOf(definition).flatMap((event) => {
    const names = methods.filter(({ events }) => events.includes(event)).map(({ name }) => name);
    if (new Set(names).size < 2) return [];
    return [
      `${projectionClass.name} handles ${event.name} in ${names.join(' and ')}. Remove ${event.name} from the decorators ` +
        'of all but one.',
    ];
  });
}

function undeclaredEvents(definition: ProjectionDefinition, registry: EventRegistry): string[] {
  const declared = new Set<EventClass>(registry.all().map(({ eventClass }) => eventClass));
  return eventsOf(definition)
    .filter((event) => !declared.has(event))
    .map(
      (event) =>
        `${definition.projectionClass.name} handles ${event.name}, which is no declared event. Write ` +
        `@DomainEvent('<category>.<what-happened>') above the class ${event.name}, and import its file.`,
    );
}

/** An old version that has a class of its own is read as that class, and would pass by unseen. */
function forgottenVersions(definition: ProjectionDefinition, registry: EventRegistry): string[] {
  const handled = eventsOf(definition);
  return handled.flatMap((event) => {
    const { type, version } = declarationOf(event) ?? {};
    return registry
      .all()
      .filter((other) => other.type === type && other.version !== version)
      .filter(({ eventClass }) => !handled.includes(eventClass))
      .map(
        (other) =>
          `${definition.projectionClass.name} handles ${event.name} and not ${other.eventClass.name}, which is "${type}" ` +
          `version ${other.version}. Add @On(${other.eventClass.name}), or replace that class by an upcaster.`,
      );
  });
}
