import type { Provider, Type } from '@nestjs/common';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '../../errors/event-sourcing.error.js';
import {
  type ProjectionOptions,
  projectionOptionsOf,
} from '../../projections/projection.decorator.js';
import type { MigrationClass } from '../../store/typeorm/event-database.js';
import { assertRows } from './assert-rows.js';
import { deliveriesOf, type Delivery } from './deliveries.js';
import { GivenEvent } from './given-event.js';
import { writeGivenLog } from './given-log.js';
import { ProjectionRun, type RunOptions } from './projection-run.js';

/** What a projection needs besides its events. */
export interface ProjectionSpecificationOptions {
  /** What the projection injects. */
  readonly providers?: readonly Provider[];
  /** Those that make its tables. @default none: its tables are made from the entities it declares */
  readonly migrations?: readonly MigrationClass[];
}

/** The last step: what the read model must hold then. */
export interface ThenRows {
  /**
   * The table of this entity holds exactly these rows, in any order, however the events were delivered: all in one
   * batch, one by one, in random batches, and with crashes before and after each commit. Rejects with an
   * `AssertionError` that shows the difference and names the delivery.
   */
  then<T extends object>(entity: Type<T>, rows: readonly T[]): Promise<void>;
}

/** The first step of the specification of a projection. */
export interface GivenEvents {
  /**
   * What is in the log, in this order, from position 1 on: instances of event classes, or what `recorded` makes of
   * them to put them into a certain stream or time.
   */
  given(...events: readonly object[]): ThenRows;
}

/**
 * Specifies a projection by its events: given these, its read model holds those rows. It runs as in production, in an
 * application of its own on a SQLite file that is removed afterwards. Works with any test runner.
 *
 * It needs a column type SQLite knows for each column; a projection for PostgreSQL alone cannot be specified like this.
 *
 * @example
 * await specifyProjection(UserListProjection)
 *   .given(new UserCreated('john_doe', 'john@example.com'), new UserEmailChanged('jd@example.com'))
 *   .then(UserListItem, [{ id, username: 'john_doe', email: 'jd@example.com' }]);
 */
export function specifyProjection(
  projection: Type<object>,
  options: ProjectionSpecificationOptions = {},
): GivenEvents {
  return { given: (...events) => new Specification(projection, options, events) };
}

class Specification implements ThenRows {
  constructor(
    private readonly projection: Type<object>,
    private readonly options: ProjectionSpecificationOptions,
    private readonly events: readonly object[],
  ) {}

  async then<T extends object>(entity: Type<T>, expected: readonly T[]): Promise<void> {
    if (typeof expected === 'function') {
      // Awaiting the step before this one lands here, with the promise's own callbacks.
      (expected as (error: Error) => void)(
        new Error('Say what must come of it: .then(Entity, [rows]).'),
      );
      return;
    }
    const directory = await mkdtemp(join(tmpdir(), 'projection-'));
    try {
      await this.verify(directory, entity, expected);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  private async verify<T extends object>(
    directory: string,
    entity: Type<T>,
    expected: readonly T[],
  ): Promise<void> {
    const { migrations = [], providers = [] } = this.options;
    const { name, entities: declared = [] } = this.declaration();
    const entities = [...new Set([...declared, entity])];
    const given = this.events.map((event) =>
      event instanceof GivenEvent ? event : new GivenEvent(event),
    );
    const log = join(directory, 'given.sqlite');
    await writeGivenLog(log, given, { entities, migrations });
    for (const [index, delivery] of deliveriesOf(given.length).entries()) {
      const database = join(directory, `${index}.sqlite`);
      await copyFile(log, database);
      const run = { database, entities, name, providers: [this.projection, ...providers] };
      assertRows(await rowsAfter(delivery, run, entity), expected, delivery.name);
    }
  }

  private declaration(): ProjectionOptions {
    const declared = projectionOptionsOf(this.projection);
    if (declared) return declared;
    throw new ConfigurationError([
      `${this.projection.name} is not a projection. Write @Projection({ name: '<name>', version: 1 }) above the class.`,
    ]);
  }
}

async function rowsAfter<T extends object>(
  { processes, interrupted = false }: Delivery,
  options: Omit<RunOptions, 'interrupted'>,
  entity: Type<T>,
): Promise<readonly T[]> {
  let rows: readonly T[] = [];
  let position = 0;
  for (const batches of processes) {
    const run = await ProjectionRun.start({ ...options, interrupted });
    try {
      for (const size of batches) await run.deliverUpTo((position += size));
      rows = await run.rowsOf(entity);
    } finally {
      await run.close();
    }
  }
  return rows;
}
