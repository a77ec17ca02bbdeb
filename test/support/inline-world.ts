import type { Provider } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { v7 } from 'uuid';
import {
  aggregateIdOf,
  EventSourcingModule,
  type EventSourcingModuleOptions,
  ParkedEvents,
  Processors,
  Projection,
  Random,
} from '../../src/event-sourcing/index.js';
import { ProcessingSupport } from '../../src/event-sourcing/processing/processing-support.js';
import { bootKit, type BootedKit } from './booted-kit.js';
import { ConstantRandom } from './controlled-environment.js';
import { Counter } from './counter.aggregate.js';
import {
  CounterTotal,
  counterTotals,
  CounterTotalsProjection,
  CreateCounterTotals1764000000901,
} from './counter-totals.js';
import { createDatabase, type DatabaseKind, openDatabase, type TestDatabase } from './databases.js';
import { CreateEffects1764000000900, effectsOf } from './effects.js';
import { loggedEvents } from './logged-events.js';

/** What every counter has come to, in the transaction in which it came to it. */
@Projection({ name: 'totals', version: 1, entities: [CounterTotal], lifecycle: 'inline' })
export class InlineTotals extends CounterTotalsProjection {}

/** An application with inline projections, as one of several processes would run it. */
export interface InlineApp extends BootedKit {
  readonly processors: Processors;
  readonly parked: ParkedEvents;
  readonly support: ProcessingSupport;
}

export type StoredEvent = readonly [type: string, data: object];
export const started: StoredEvent = ['counter.started', { label: 'visits' }];
export const increased = (by: number): StoredEvent => ['counter.increased', { by }];

/** A database with inline projections on it, for one test. */
export class InlineWorld {
  private readonly booted: InlineApp[] = [];

  private constructor(readonly database: TestDatabase) {}

  static async create(kind: DatabaseKind): Promise<InlineWorld> {
    const database = await createDatabase(kind);
    const open = await openDatabase(database);
    await open.migrate([CreateEffects1764000000900, CreateCounterTotals1764000000901]);
    await open.close();
    return new InlineWorld(database);
  }

  async end(): Promise<void> {
    await Promise.all(this.booted.map(({ app }) => app.close()));
    await this.database.drop();
  }

  async boot(
    providers: readonly Provider[],
    processing: EventSourcingModuleOptions['processing'] = {},
  ): Promise<InlineApp> {
    const kit = await bootKit({
      database: this.database,
      providers: [...providers],
      imports: [
        EventSourcingModule.forFeature([Counter]),
        TypeOrmModule.forFeature([CounterTotal]),
      ],
      options: { processing },
      configure: (builder) => builder.overrideProvider(Random).useValue(new ConstantRandom(1)),
    });
    const app: InlineApp = {
      ...kit,
      processors: kit.app.get(Processors),
      parked: kit.app.get(ParkedEvents),
      support: kit.app.get(ProcessingSupport),
    };
    this.booted.push(app);
    return app;
  }

  /** Into the log past every running application, as a process without the projections would. */
  async fill(stream: string, ...events: readonly StoredEvent[]): Promise<void> {
    const open = await openDatabase(this.database);
    await open.store.append(stream, 'any', newEvents(...events));
    await open.close();
  }

  /** The rows of `InlineTotals` that are committed, as another process reads them. */
  totals(): Promise<CounterTotal[]> {
    return counterTotals(this.database);
  }

  /** The same rows, made from nothing but the log. */
  async totalsOfLog(upTo = Infinity): Promise<CounterTotal[]> {
    const rows = new Map<string, CounterTotal>();
    for (const { stream, type, data, position } of await loggedEvents(this.database)) {
      const id = aggregateIdOf(stream);
      const row = rows.get(id);
      if (position > upTo) break;
      if (type === 'counter.started') rows.set(id, { id, label: data.label, total: 0, position });
      if (type !== 'counter.increased' || !row) continue;
      rows.set(id, { ...row, total: row.total + Number(data.by), position });
    }
    return [...rows.values()].toSorted((one, other) => (one.id < other.id ? -1 : 1));
  }

  /** The positions of the effects of a processor, in the order in which they happened. */
  effects(processor: string): Promise<number[]> {
    return effectsOf(processor, this.database);
  }

  async sql(statement: string): Promise<void> {
    const open = await openDatabase(this.database);
    await open.transactions.run((manager) => manager.query(statement));
    await open.close();
  }
}

/** As `EventStore.append` takes them. */
export function newEvents(...events: readonly StoredEvent[]) {
  return events.map(([type, data]) => ({ id: v7(), type, version: 1, data: { ...data } }));
}
