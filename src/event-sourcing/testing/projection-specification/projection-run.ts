import {
  type INestApplicationContext,
  type LoggerService,
  Module,
  type Provider,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { EventSourcingModule } from '../../event-sourcing.module.js';
import { Processors } from '../../processing/processors.js';
import type { EntityClass } from '../../projections/projection.decorator.js';
import { sqliteDriver } from '../../store/typeorm/sqlite/sqlite-driver.js';
import { InterruptedTransactions } from './interrupted-transactions.js';
import { StagedLog } from './staged-log.js';

const PATIENCE_MS = 10_000;
const LOOK_EVERY_MS = 20;

/** How to run a projection. */
export interface RunOptions {
  /** A SQLite file with a log. */
  readonly database: string;
  readonly entities: readonly EntityClass[];
  /** The projection's. */
  readonly name: string;
  /** The projection and what it injects. */
  readonly providers: readonly Provider[];
  /** Whether each batch is rolled back once, and delivered again. */
  readonly interrupted: boolean;
}

@Module({})
class ProjectionUnderTest {}

/** An application in which a projection runs as it does in production. */
export class ProjectionRun {
  private constructor(
    private readonly app: INestApplicationContext,
    private readonly name: string,
    private readonly failures: Failures,
  ) {}

  /** @throws ConfigurationError when the projection does not pass the checks of the boot. */
  static async start({
    database,
    entities,
    name,
    providers,
    interrupted,
  }: RunOptions): Promise<ProjectionRun> {
    const failures = new Failures();
    const app = await NestFactory.createApplicationContext(
      {
        module: ProjectionUnderTest,
        imports: [
          TypeOrmModule.forRoot({
            type: 'better-sqlite3',
            driver: sqliteDriver(),
            database,
            entities: [...entities],
            retryAttempts: 0,
          }),
          EventSourcingModule.forRoot(),
        ],
        providers: [StagedLog, ...(interrupted ? [InterruptedTransactions] : []), ...providers],
      },
      { logger: failures, abortOnError: false },
    );
    return new ProjectionRun(app, name, failures);
  }

  /** Delivers everything up to `position` in one batch. */
  async deliverUpTo(position: number): Promise<void> {
    this.app.get(StagedLog).endAt(position);
    const handlers = this.app.get(Processors);
    const deadline = Date.now() + PATIENCE_MS;
    while (!(await handlers.caughtUp(this.name, LOOK_EVERY_MS))) {
      this.failures.rethrow();
      if (Date.now() > deadline) {
        throw new Error(`"${this.name}" has not handled the events in ${PATIENCE_MS / 1000} s.`);
      }
    }
  }

  rowsOf<T extends object>(entity: Type<T>): Promise<T[]> {
    return this.app.get(DataSource).getRepository(entity).find();
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

/** Keeps what the runtime logs when the projection fails. */
class Failures implements LoggerService {
  private first: string | undefined;

  log(): void {}
  warn(): void {}

  error(message: unknown, stack?: unknown): void {
    this.first ??= `${String(message)}\n${String(stack)}`;
  }

  rethrow(): void {
    if (this.first !== undefined) throw new Error(this.first);
  }
}
