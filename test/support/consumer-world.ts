import { Injectable } from '@nestjs/common';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { CloudEvent } from '../../src/common/cloud-events/index.js';
import { EventSourcingModule, type ProcessingOptions } from '../../src/event-sourcing/index.js';
import {
  type ConsumerOptions,
  ConsumerRuntime,
  DeadLetters,
  type EventBroker,
  type IntegrationContext,
  MessagingModule,
  OnIntegrationEvent,
} from '../../src/messaging/index.js';
import { bootKit, type BootedKit } from './booted-kit.js';
import { createDatabase, type DatabaseKind, openDatabase, type TestDatabase } from './databases.js';

export class CreateArrivals1764000000903 implements MigrationInterface {
  readonly name = 'CreateArrivals1764000000903';

  async up(runner: QueryRunner): Promise<void> {
    const isPostgres = runner.dataSource.options.type === 'postgres';
    const id = isPostgres ? 'serial PRIMARY KEY' : 'INTEGER PRIMARY KEY';
    await runner.query(`CREATE TABLE arrivals (at ${id}, lane text NOT NULL, nr integer NOT NULL)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE arrivals');
  }
}

/** What the handler of a test does beside writing; by default nothing. */
export type Whim = (nr: number, context: IntegrationContext) => Promise<void> | void;

/** Writes what arrives, in its order; and what it was told to do meanwhile. */
export function arrivals(whim: Whim = () => undefined) {
  @Injectable()
  class Arrivals {
    @OnIntegrationEvent('parcel.moved')
    async arrive({ data }: CloudEvent, context: IntegrationContext): Promise<void> {
      const { nr } = data as { nr: number };
      await context.manager.query(
        `INSERT INTO arrivals (lane, nr) VALUES ('${context.key}', ${nr})`,
      );
      await whim(nr, context);
    }
  }
  return Arrivals;
}

export interface ConsumerApp extends BootedKit {
  readonly deadLetters: DeadLetters;
  readonly runtime: ConsumerRuntime;
}

/** A consumer's own database, for one test. */
export class ConsumerWorld {
  private readonly booted: BootedKit[] = [];

  private constructor(readonly database: TestDatabase) {}

  static async create(kind: DatabaseKind): Promise<ConsumerWorld> {
    return new ConsumerWorld(await createDatabase(kind));
  }

  async boot(
    broker: EventBroker,
    providers: readonly (new () => object)[],
    consumer: Partial<ConsumerOptions> = {},
    processing: ProcessingOptions = {},
  ): Promise<ConsumerApp> {
    const kit = await bootKit({
      database: this.database,
      options: { processing },
      providers: [...providers],
      imports: [
        EventSourcingModule.forFeature([], { migrations: [CreateArrivals1764000000903] }),
        MessagingModule.forRoot({
          broker,
          consumer: {
            name: 'tests',
            retry: { attempts: 3, firstDelayMs: 2, maxDelayMs: 4 },
            ...consumer,
          },
        }),
      ],
    });
    this.booted.push(kit);
    return { ...kit, deadLetters: kit.app.get(DeadLetters), runtime: kit.app.get(ConsumerRuntime) };
  }

  /** What has arrived, as `<key> <number>`, in its order. */
  async arrived(): Promise<readonly string[]> {
    const rows = await this.sql<{ lane: string; nr: number }>('SELECT * FROM arrivals ORDER BY at');
    return rows.map(({ lane, nr }) => `${lane} ${nr}`);
  }

  async sql<Row>(statement: string): Promise<readonly Row[]> {
    const open = await openDatabase(this.database);
    try {
      return await open.transactions.run((manager) => manager.query<Row[]>(statement));
    } finally {
      await open.close();
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.booted.map(({ app }) => app.close()));
    await this.database.drop();
  }
}

/** A message as a publisher sends it that knows nothing of the hub. */
export function structuredMessage(
  nr: number,
  key: string,
  id = `${key}/${nr}`,
  type = 'parcel.moved',
): Uint8Array {
  const event = { specversion: '1.0', id, source: '/depot', type, subject: key, data: { nr } };
  return Buffer.from(JSON.stringify(event));
}
