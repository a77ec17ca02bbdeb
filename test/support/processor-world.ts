import { v7 } from 'uuid';
import {
  ParkedEvents,
  type ProcessingOptions,
  Processors,
  type ProcessorStatus,
  Random,
} from '../../src/event-sourcing/index.js';
import { ProcessingSupport } from '../../src/event-sourcing/processing/processing-support.js';
import { bootKit, type BootedKit, type BootOptions } from './booted-kit.js';
import { ConstantRandom } from './controlled-environment.js';
import { createDatabase, type DatabaseKind, openDatabase, type TestDatabase } from './databases.js';
import { ProcessorProcess, type RunnerOptions } from './processor-process.js';
import { CreateEffects1764000000900, effectsOf, type EffectsProcessor, range } from './effects.js';

export const PATIENCE_MS = 15_000;

/** Pauses short enough for a test. */
export const IMPATIENT: ProcessingOptions = {
  retry: { attempts: 3, firstDelayMs: 2, maxDelayMs: 4 },
};

/** An application with processors, as one of several processes would run it. */
export interface ProcessorApp extends BootedKit {
  readonly processors: Processors;
  readonly parked: ParkedEvents;
  readonly support: ProcessingSupport;
  status(name: string): Promise<ProcessorStatus>;
  /** Waits for processors, and fails when they do not come so far. */
  caughtUp(...names: string[]): Promise<void>;
}

/** A database with processors on it, for one test. */
export class ProcessorWorld {
  private readonly booted: ProcessorApp[] = [];
  private readonly processes: ProcessorProcess[] = [];

  private constructor(readonly database: TestDatabase) {}

  static async create(kind: DatabaseKind): Promise<ProcessorWorld> {
    const database = await createDatabase(kind);
    const open = await openDatabase(database);
    await open.migrate([CreateEffects1764000000900]);
    await open.close();
    return new ProcessorWorld(database);
  }

  async end(): Promise<void> {
    await Promise.all(this.processes.map((each) => each.kill()));
    await Promise.all(this.booted.map(({ app }) => app.close()));
    await this.database.drop();
  }

  /** Pauses are always the longest they may be, so that a test can name them. */
  async boot(
    providers: readonly (new () => EffectsProcessor)[],
    processing: ProcessingOptions = {},
    options: Pick<BootOptions, 'configure'> & {
      readonly upcasters?: BootOptions['providers'];
    } = {},
  ): Promise<ProcessorApp> {
    const { upcasters = [], configure = (builder) => builder } = options;
    const kit = await bootKit({
      database: this.database,
      providers: [...providers, ...upcasters],
      options: { processing },
      configure: (builder) =>
        configure(builder.overrideProvider(Random).useValue(new ConstantRandom(1))),
    });
    const processors = kit.app.get(Processors);
    const app: ProcessorApp = {
      ...kit,
      processors,
      parked: kit.app.get(ParkedEvents),
      support: kit.app.get(ProcessingSupport),
      status: async (name) => {
        const status = (await processors.statuses()).find((each) => each.name === name);
        if (!status) throw new Error(`There is no processor ${name}.`);
        return status;
      },
      caughtUp: async (...names) => {
        for (const name of names) {
          expect(await processors.caughtUp(name, PATIENCE_MS)).toBe(true);
        }
      },
    };
    this.booted.push(app);
    return app;
  }

  /** A process of its own that runs `increases`, where nothing else is said. */
  async startProcess(options?: RunnerOptions): Promise<ProcessorProcess> {
    const started = await ProcessorProcess.start(this.database, options);
    this.processes.push(started);
    return started;
  }

  /** As `startProcess`, for one that may have died by the time it would be ready. */
  spawnProcess(options: RunnerOptions): ProcessorProcess {
    const spawned = ProcessorProcess.spawn(this.database, options);
    this.processes.push(spawned);
    return spawned;
  }

  /** The positions of the effects of a processor, in the order in which they happened. */
  effects(processor: string): Promise<number[]> {
    return effectsOf(processor, this.database);
  }

  /** Into the log past every running application, as another process would; `by` is the number of the event. */
  async fill(count: number, type = 'counter.increased', stream = 'counter-filled'): Promise<void> {
    const open = await openDatabase(this.database);
    const events = range(1, count).map((by) => ({ id: v7(), type, version: 1, data: { by } }));
    await open.store.append(stream, 'any', events);
    await open.close();
  }

  /** The process that has the lease of a processor, or had it last. */
  async ownerPid(processor: string): Promise<number> {
    const open = await openDatabase(this.database);
    const [{ owner }] = await open.dataSource.query<{ owner: string }[]>(
      `SELECT owner FROM hub_checkpoints WHERE name = '${processor}'`,
    );
    await open.close();
    return Number(owner.split('/')[1]);
  }

  async sql(statement: string): Promise<void> {
    const open = await openDatabase(this.database);
    await open.transactions.run((manager) => manager.query(statement));
    await open.close();
  }
}
