import type { DataSource } from 'typeorm';
import { handlerMethodsOf } from './on.decorator.js';
import type { ProjectionDefinition } from './projection-definition.js';
import type { EntityClass, ProjectionClass } from './projection.decorator.js';
import type { ProvidedProjection } from './provided-projection.js';

/** A class with `@On` methods that nobody would call. */
export function missingProjectionDecorator(projectionClass: ProjectionClass): string {
  const [{ name, decorator }] = handlerMethodsOf(projectionClass);
  return (
    `${projectionClass.name}.${name} carries @${decorator}, and its class is no projection. Write ` +
    `@Projection({ name: '<name>', version: 1 }) above the class ${projectionClass.name}.`
  );
}

/** Why a provider cannot be a projection, which lives as long as the application. */
export function scopeProblems({ projectionClass: { name }, scope }: ProvidedProjection): string[] {
  switch (scope) {
    case 'transient':
      return [
        `${name} is transient, and a projection has one instance. Remove scope: Scope.TRANSIENT from its @Injectable.`,
      ];
    case 'request':
      return [
        `${name} is request-scoped, or injects what is, and a projection runs outside of any request. Remove scope: ` +
          `Scope.REQUEST from ${name} and from what it injects.`,
      ];
    case undefined:
      return [];
  }
}

/** Names that several providers claim, and with them one checkpoint. */
export function sharedNames(definitions: readonly ProjectionDefinition[]): string[] {
  return [...groupsBy(definitions, ({ name }) => name)].map(([name, sharing]) => {
    const [one, other] = sharing.map(({ projectionClass }) => projectionClass);
    return one === other
      ? `${one.name} is a provider of several modules, and would run more than once. Provide it in one module only.`
      : `${one.name} and ${other.name} are both projections named "${name}". Give one of them another name.`;
  });
}

/** Entities that the data source does not know, and tables that several projections would keep. */
export function entityProblems(
  definitions: readonly ProjectionDefinition[],
  dataSource: DataSource,
): string[] {
  const owned = definitions.flatMap(({ projectionClass, entities }) =>
    [...new Set(entities)].map((entity) => ({ owner: projectionClass.name, entity })),
  );
  const known = owned.filter(({ entity }) => dataSource.hasMetadata(entity));
  const tableOf = (entity: EntityClass): string => dataSource.getMetadata(entity).tablePath;
  return [
    ...owned
      .filter(({ entity }) => !dataSource.hasMetadata(entity))
      .map(
        ({ owner, entity }) =>
          `${owner} keeps ${entity.name}, which the data source does not know. Write @Entity above the class and add ` +
          `TypeOrmModule.forFeature([${entity.name}]) to the imports of the module of ${owner}.`,
      ),
    ...[...groupsBy(known, ({ entity }) => tableOf(entity))].map(
      ([table, [one, other]]) =>
        `${one.owner} and ${other.owner} both keep the table "${table}". Remove ${other.entity.name} from the entities ` +
        'of one of them: a table is kept by one projection.',
    ),
  ];
}

/** The groups of more than one. */
function groupsBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return new Map([...groups].filter(([, group]) => group.length > 1));
}
