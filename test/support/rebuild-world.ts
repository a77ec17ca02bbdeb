import { readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Provider } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { v7 } from 'uuid';
import {
  EventSourcingModule,
  ParkedEvents,
  type ProcessingOptions,
  ProjectionRebuilds,
  Processors,
  type RebuildState,
  type RebuildStatus,
} from '../../src/event-sourcing/index.js';
import { until } from './async.js';
import { bootKit, type BootedKit, type BootOptions } from './booted-kit.js';
import { CounterTotal, counterTotals, CreateCounterTotals1764000000901 } from './counter-totals.js';
import { createDatabase, type DatabaseKind, openDatabase, type TestDatabase } from './databases.js';
import { PATIENCE_MS } from './processor-world.js';

export const TOTALS = 'counter-totals';

/** One event, by its stored type and data. */
export type Happening = readonly [type: string, data: object];
export const started = (label = 'visits'): Happening => ['counter.started', { label }];
export const increased = (by: number): Happening => ['counter.increased', { by }];

/** An application with a projection that can be rebuilt. */
export interface RebuildApp extends BootedKit {
  readonly processors: Processors;
  readonly rebuilds: ProjectionRebuilds;
  readonly parked: ParkedEvents;
  caughtUp(): Promise<void>;
  /** Waits until the rebuild is in that state. */
  becomes(state: RebuildState): Promise<RebuildStatus>;
}

/** A database with read models that are rebuilt, for one test. */
export class RebuildWorld {
  private readonly booted: BootedKit[] = [];

  private constructor(readonly database: TestDatabase) {}

  static async create(kind: DatabaseKind): Promise<RebuildWorld> {
    return new RebuildWorld(await createDatabase(kind));
  }

  /** On PostgreSQL, reached by a URL that says this as well. */
  static async createWith(parameters: string): Promise<RebuildWorld> {
    const database = await createDatabase('postgres');
    const url = `${database.url}?${parameters}`;
    const options = { ...database.options, url } as TestDatabase['options'];
    return new RebuildWorld({ ...database, url, options });
  }

  async end(): Promise<void> {
    await Promise.all(this.booted.map(({ app }) => app.close()));
    await this.database.drop();
  }

  async boot(
    providers: readonly Provider[],
    processing: ProcessingOptions = {},
    imports: BootOptions['imports'] = [],
  ) {
    const kit = await bootKit({
      database: this.database,
      providers: [...providers],
      options: { processing },
      imports: [
        EventSourcingModule.forFeature([], { migrations: [CreateCounterTotals1764000000901] }),
        TypeOrmModule.forFeature([CounterTotal]),
        ...imports,
      ],
    });
    this.booted.push(kit);
    const processors = kit.app.get(Processors);
    const rebuilds = kit.app.get(ProjectionRebuilds);
    const app: RebuildApp = {
      ...kit,
      processors,
      rebuilds,
      parked: kit.app.get(ParkedEvents),
      caughtUp: async () => expect(await processors.caughtUp(TOTALS, PATIENCE_MS)).toBe(true),
      becomes: async (state) => {
        const status = () => rebuilds.status(TOTALS);
        await until(async () => (await status())?.state === state, `the rebuild is ${state}`);
        return (await status()) as RebuildStatus;
      },
    };
    return app;
  }

  /** Into the log past every running application, as another process would. */
  async fill(stream: string, ...events: readonly Happening[]): Promise<void> {
    const open = await openDatabase(this.database);
    const recorded = events.map(([type, data]) => ({
      id: v7(),
      type,
      version: 1,
      data: { ...data },
    }));
    await open.store.append(stream, 'any', recorded);
    await open.close();
  }

  async sql(statement: string): Promise<void> {
    const open = await openDatabase(this.database);
    await open.transactions.run((manager) => manager.query(statement));
    await open.close();
  }

  async totals(): Promise<Record<string, number>> {
    const rows = await counterTotals(this.database);
    return Object.fromEntries(rows.map(({ id, total }) => [id, total]));
  }

  /** What there is of shadows: schemas in PostgreSQL, files beside SQLite's. */
  async shadows(): Promise<readonly string[]> {
    const { options } = this.database;
    if (options.type === 'better-sqlite3') {
      const file = String(options.database);
      const names = await readdir(dirname(file));
      return names.filter((name) => name.startsWith(`${basename(file)}-shadow`));
    }
    const open = await openDatabase(this.database);
    const rows = await open.dataSource.query<{ name: string }[]>(
      `SELECT nspname AS name FROM pg_namespace WHERE nspname LIKE 'hub_shadow%'`,
    );
    await open.close();
    return rows.map(({ name }) => name);
  }
}
