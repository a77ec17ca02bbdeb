import { Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import { messageOf } from '../../processing/failures.js';
import type { ProcessingSupport } from '../../processing/processing-support.js';
import type { Processor } from '../../processing/processor.js';
import type { EventDatabase } from '../../store/typeorm/event-database.js';
import type { ShadowDatabase } from '../../store/typeorm/shadow-database.js';
import { LastOutage } from './last-outage.js';
import type { Rebuild } from './rebuild.js';
import type { RebuildTable } from './rebuild-table.js';
import {
  type ProjectionTable,
  type RebuildableProjection,
  tablesOf,
} from './rebuildable-projection.js';
import { ShadowBuild } from './shadow-build.js';

/** What the runtime keeps beside a read model. */
const RUNTIME_TABLES = ['hub_checkpoints', 'hub_parked_events', 'hub_attempts'];

/**
 * The part of this process in one rebuild or verification: runs the projection in a shadow of its tables, from the
 * beginning of the log to where the one that serves is, and ends it there. Every process that has the projection has such
 * a part; one of them has the lease of the shadow's processor, and does the work. When it dies another goes on from the
 * shadow's checkpoint.
 */
export class RebuildRun {
  private readonly logger = new Logger(RebuildRun.name);
  private readonly stopping = new AbortController();
  private readonly lastOutage = new LastOutage();
  private readonly builder: Processor;
  private running: Promise<void> = Promise.resolve();
  private over = false;

  constructor(
    readonly rebuild: Rebuild,
    private readonly projection: RebuildableProjection,
    private readonly live: ProcessingSupport,
    private readonly database: EventDatabase,
    private readonly rebuilds: RebuildTable,
  ) {
    this.builder = projection.processorNamed(`${rebuild.projection}@${rebuild.purpose}`);
  }

  /** Whether this process does nothing more of it. */
  get isOver(): boolean {
    return this.over;
  }

  start(): void {
    this.running = this.run();
  }

  /** Resolves when nothing of it is under way in this process. It can be gone on with, here or elsewhere. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    for (let failures = 1; !signal.aborted; failures += 1) {
      try {
        await this.takePart();
        break;
      } catch (error) {
        if (await this.isEndedBy(error)) break;
        await this.rest(error, this.live.retry.delayMs(failures));
      }
    }
    this.over = true;
  }

  private async takePart(): Promise<void> {
    const tables = tablesOf(this.projection.definition, this.database.dataSource);
    const shadow = await this.open(tables);
    if (!shadow) return;
    try {
      const { rebuild, builder, live, rebuilds, lastOutage } = this;
      await new ShadowBuild(rebuild, builder, tables, shadow, live, rebuilds, lastOutage).run(
        this.stopping.signal,
      );
    } finally {
      await shadow.close();
    }
  }

  private async open(tables: readonly ProjectionTable[]): Promise<ShadowDatabase | undefined> {
    const opened: ShadowDatabase[] = [];
    try {
      await this.database.transactions.run(async (manager) => {
        if (!(await this.isBuilding(manager))) return;
        const names = [...tables.map(({ name }) => name), ...RUNTIME_TABLES];
        opened.push(await this.database.openShadow(this.rebuild.id, names, manager));
      });
    } catch (error) {
      for (const shadow of opened) await shadow.close();
      throw error;
    }
    return opened.at(0);
  }

  /**
   * While the database is away, or its lock taken, it is gone on with later. What the projection throws has not come as far
   * as here, so that any broken socket is the database's.
   */
  private async isEndedBy(error: unknown): Promise<boolean> {
    if (this.live.isOutage(error) || this.database.isUnreachable(error)) return false;
    this.complain('has failed', error);
    try {
      await this.database.transactions.run((manager) =>
        this.rebuilds.end(this.rebuild.id, 'failed', messageOf(error), manager),
      );
      return true;
    } catch (failure) {
      this.logger.warn(messageOf(failure));
      return false;
    }
  }

  private async rest(error: unknown, delayMs: number): Promise<void> {
    this.complain(`was broken off, and goes on in ${delayMs} ms`, error);
    this.lastOutage.met(messageOf(error));
    const { id } = this.rebuild;
    await this.database.transactions
      .run((manager) => this.rebuilds.noteError(id, messageOf(error), manager))
      .catch((failure: unknown) => this.logger.warn(messageOf(failure)));
    const { signal } = this.stopping;
    await delay(delayMs, undefined, { signal }).catch(() => undefined);
  }

  private complain(what: string, error: unknown): void {
    const { projection, purpose } = this.rebuild;
    this.logger.error(
      `The ${purpose === 'switch' ? 'rebuild' : 'verification'} of "${projection}" ${what}: ${messageOf(error)}`,
      error instanceof Error ? error.stack : undefined,
    );
  }

  private async isBuilding(manager: EntityManager): Promise<boolean> {
    const { projection, purpose, id } = this.rebuild;
    const row = await this.rebuilds.lock(projection, purpose, manager);
    return row?.id === id && row.state === 'building';
  }
}
