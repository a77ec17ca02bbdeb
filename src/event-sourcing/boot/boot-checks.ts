import { AggregateClass } from '../aggregate/aggregate-repository.js';
import { categoryOfAggregate } from '../aggregate/aggregate.decorator.js';
import { ConfigurationError } from '../errors/event-sourcing.error.js';
import { EventRegistry } from '../events/event-registry.js';
import { Upcasters } from '../events/upcasters.js';

const HANDLER_METHOD = /^on(?=[A-Z])/;

/** Stored names that two classes claim. */
export function duplicateEvents(registry: EventRegistry): string[] {
  return registry.duplicates().map((declarations) => {
    const [{ type, version }] = declarations;
    const names = declarations.map(({ eventClass }) => eventClass.name).join(' and ');
    return (
      `${names} are both declared as "${type}" version ${version}. Give one another name or version: ` +
      `@DomainEvent('${type}', { version: ${version + 1} }).`
    );
  });
}

/** Old versions that nothing lifts to a version there is a class for. */
export function missingUpcasters(registry: EventRegistry, upcasters: Upcasters): string[] {
  return registry.latest().flatMap(({ type, version, eventClass }) =>
    Array.from({ length: version - 1 }, (_, index) => index + 1)
      .filter((old) => !registry.classOf(type, old) && !upcasters.has(type, old))
      .map(
        (old) =>
          `${eventClass.name} is "${type}" version ${version}, and nothing lifts version ${old}. Add a ` +
          `provider with @Upcaster('${type}', { from: ${old} }).`,
      ),
  );
}

/** Aggregates that share a category, lack a handler, or have one for an event that does not exist. */
export function aggregateProblems(
  aggregates: readonly AggregateClass[],
  registry: EventRegistry,
): string[] {
  const problems: string[] = [];
  const owners = new Map<string, AggregateClass>();
  for (const aggregate of new Set(aggregates)) {
    const category = categoryIfDeclared(aggregate, problems);
    if (category === undefined) continue;
    const owner = owners.get(category);
    if (owner) {
      problems.push(
        `${owner.name} and ${aggregate.name} are both @Aggregate('${category}'). Give one another category.`,
      );
    }
    owners.set(category, aggregate);
    problems.push(...missingHandlers(aggregate, category, registry));
    problems.push(...handlersWithoutEvent(aggregate, registry));
  }
  return problems;
}

function categoryIfDeclared(aggregate: AggregateClass, problems: string[]): string | undefined {
  try {
    return categoryOfAggregate(aggregate);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

function missingHandlers(
  aggregate: AggregateClass,
  category: string,
  registry: EventRegistry,
): string[] {
  // Old versions too: an event that has a class is replayed as it is, and not lifted.
  return registry
    .all()
    .filter(({ type }) => type.startsWith(`${category}.`))
    .map(({ eventClass }) => eventClass.name)
    .filter((event) => !(`on${event}` in aggregate.prototype))
    .map(
      (event) =>
        `${aggregate.name} has no handler for ${event}. Add the method ` +
        `on${event}(event: ${event}): void.`,
    );
}

function handlersWithoutEvent(aggregate: AggregateClass, registry: EventRegistry): string[] {
  const events = new Set(registry.all().map(({ eventClass }) => eventClass.name));
  return Object.getOwnPropertyNames(aggregate.prototype)
    .filter((method) => HANDLER_METHOD.test(method))
    .map((method) => method.replace(HANDLER_METHOD, ''))
    .filter((event) => !events.has(event))
    .map(
      (event) =>
        `${aggregate.name}.on${event} handles an event that is not declared. Write ` +
        `@DomainEvent('<category>.<what-happened>') above the class ${event}, and import its file.`,
    );
}
