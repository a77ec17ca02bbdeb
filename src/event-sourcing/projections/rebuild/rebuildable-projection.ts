import type { DataSource } from 'typeorm';
import { ProjectionNotRebuildableError } from '../../errors/projection.errors.js';
import type { Processor } from '../../processing/processor.js';
import type { ProjectionDefinition } from '../projection-definition.js';

/** A table that a projection keeps. */
export interface ProjectionTable {
  readonly name: string;
  readonly primaryKey: readonly string[];
}

/** What rebuilding a projection takes. */
export interface RebuildableProjection {
  readonly definition: ProjectionDefinition;
  /** The projection in the form in which the runtime runs it, under another name. */
  readonly processorNamed: (name: string) => Processor;
}

/**
 * The tables a projection keeps.
 * @throws ProjectionNotRebuildableError when it does not say, or when they cannot be found under another schema.
 */
export function tablesOf(
  { projectionClass, entities, name }: ProjectionDefinition,
  dataSource: DataSource,
): readonly ProjectionTable[] {
  if (entities.length === 0) {
    throw new ProjectionNotRebuildableError(
      name,
      `${projectionClass.name} does not say which tables it keeps. Write @Projection({ …, entities: [<Entity>, …] }).`,
    );
  }
  return [...new Set(entities)].map((entity) => {
    const { tableName, schema, primaryColumns } = dataSource.getMetadata(entity);
    if (schema !== undefined) {
      throw new ProjectionNotRebuildableError(
        name,
        `The table of ${entity.name} is tied to the schema "${schema}". Remove schema from its @Entity, or from the ` +
          'data source.',
      );
    }
    const primaryKey = primaryColumns.map(({ databaseName }) => databaseName);
    return { name: tableName, primaryKey };
  });
}
