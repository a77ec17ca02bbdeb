import { Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import { ProcessorOutdatedError } from '../../errors/processor.errors.js';
import type { Checkpoint } from '../../processing/checkpoint.js';
import { readBatch } from '../../processing/event-batch.js';
import { messageOf } from '../../processing/failures.js';
import type { ProcessingSupport } from '../../processing/processing-support.js';
import type { Processor } from '../../processing/processor.js';
import { ProcessorLoop } from '../../processing/processor-loop.js';
import type { ProcessorStatus } from '../../processing/processor-status.js';
import type { EventDatabase } from '../../store/typeorm/event-database.js';
import type { ShadowDatabase } from '../../store/typeorm/shadow-database.js';
import { BoundedLog } from './bounded-log.js';
import { compareParkedEvents, compareTable } from './compare-read-models.js';
import { Pace } from './pace.js';
import type { Rebuild } from './rebuild.js';
import type { RebuildTable } from './rebuild-table.js';
import type { Verification } from './rebuild-status.js';
import {
  type ProjectionTable,
  type RebuildableProjection,
  tablesOf,
} from './rebuildable-projection.js';
import { newlyParkedStreams, replaceParkedEvents, replaceRows } from './replace-read-model.js';

/** What the runtime keeps beside a read model. */
const RUNTIME_TABLES = ['hub_checkpoints', 'hub_parked_events', 'hub_attempts'];
const LOOK_MS = 200;
/** How long the projection that serves may be held up while the last events come in. */
const LAST_EVENTS_MS = 2_000;

/**
 * The part of this process in one rebuild or verification: runs the projection in a shadow of its tables, from the
 * beginning of the log to where the one that serves is, and ends it there. Every process that has the projection has such
 * a part; one of them has the lease of the shadow's processor, and does the work. When it dies another goes on from the
 * shadow's checkpoint.
 *
 * The shadow never goes beyond the projection that serves. So when that one is held up where it is, and the shadow has
 * come to the same position, both say the same of the same events.
 */
export class RebuildRun {
  private readonly logger = new Logger(RebuildRun.name);
  private readonly stopping = new AbortController();
  private readonly pace = new Pace();
  private tables: readonly ProjectionTable[] = [];
  private readonly builder: Processor;
  private readonly log: BoundedLog;
  private running: Promise<void> = Promise.resolve();
  private over = false;
  private position = 0;
  /** Is told until it has come further. */
  private outage: { readonly error: string; readonly position: number } | undefined;

  constructor(
    readonly rebuild: Rebuild,
    private readonly projection: RebuildableProjection,
    private readonly live: ProcessingSupport,
    private readonly database: EventDatabase,
    private readonly rebuilds: RebuildTable,
  ) {
    this.builder = projection.processorNamed(`${rebuild.projection}@${rebuild.purpose}`);
    this.log = new BoundedLog(live.store);
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
    this.tables = tablesOf(this.projection.definition, this.database.dataSource);
    const shadow = await this.open();
    if (!shadow) return;
    try {
      await this.build(shadow);
    } finally {
      await shadow.close();
    }
  }

  private async open(): Promise<ShadowDatabase | undefined> {
    const opened: ShadowDatabase[] = [];
    try {
      await this.database.transactions.run(async (manager) => {
        if (!(await this.isBuilding(manager))) return;
        const names = [...this.tables.map(({ name }) => name), ...RUNTIME_TABLES];
        opened.push(await this.database.openShadow(this.rebuild.id, names, manager));
      });
    } catch (error) {
      for (const shadow of opened) await shadow.close();
      throw error;
    }
    return opened.at(0);
  }

  private async build(shadow: ShadowDatabase): Promise<void> {
    const support = this.live.inside(shadow, this.log);
    const loop = new ProcessorLoop(this.builder, support);
    const { signal } = this.stopping;
    support.leases.start();
    loop.start();
    try {
      while (!signal.aborted && !(await this.step(loop, shadow))) {
        await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      await loop.stop();
      await support.leases.release().catch(() => undefined);
    }
  }

  /** @returns whether it has ended */
  private async step(loop: ProcessorLoop, shadow: ShadowDatabase): Promise<boolean> {
    const { position: head } = await this.live.checkpoints.read(this.rebuild.projection);
    const isThere = await this.comesTo(head, loop, LOOK_MS);
    const status = await loop.status();
    // Whoever fails to take the lease has something to tell, too.
    if (!status.isOwner && status.lastError === undefined) return false;
    if (!(await this.report(status, head))) return true;
    if (!status.isOwner) return false;
    if (status.state === 'stalled') return this.end('held', status.lastError ?? null);
    if (!isThere) return false;
    try {
      return await (this.rebuild.purpose === 'switch'
        ? this.replace(loop, shadow)
        : this.compare(loop, shadow));
    } catch (error) {
      if (error instanceof NotThereError) return false;
      if (error instanceof MoreParkedError) return this.end('held', error.message);
      throw error;
    }
  }

  /**
   * One transaction, in which the projection that serves is held up: its rows, its parked events, its version and, where
   * it has gone back behind the shadow meanwhile, its position. All of these say what the shadow has made of the events up
   * to there, so that none is handled again, and none is left out. To wait until it is there again might be to wait for
   * the very mistake that the rebuild is to mend.
   */
  private async replace(loop: ProcessorLoop, shadow: ShadowDatabase): Promise<boolean> {
    const { projection, id, version } = this.rebuild;
    const { checkpoints, database } = this.live;
    const isSwitched = await shadow.replacing(async (manager) => {
      await checkpoints.lock(projection, manager);
      const { position, version: stored } = await checkpoints.read(projection, manager);
      if (stored > version) throw new ProcessorOutdatedError(projection, version, stored);
      const row = await this.rebuilds.lock(projection, 'switch', manager);
      const built = await this.completeUpTo(position, loop, shadow, manager);
      const streams = await newlyParkedStreams(projection, this.builder.name, shadow, manager);
      if (streams.length > 0 && !row?.acceptsParked) throw new MoreParkedError(streams);
      if (!(await this.rebuilds.end(id, 'switched', null, manager))) return false;
      await replaceRows(this.tables, shadow, manager);
      await replaceParkedEvents(projection, this.builder.name, shadow, manager);
      const { parked } = built;
      const made = { version, parked, position: Math.max(position, built.position) };
      await checkpoints.replaced(projection, made, manager);
      await database.watch.announce(manager);
      return true;
    });
    if (!isSwitched) return true;
    this.logger.log(`Projection "${projection}" is rebuilt, and serves in version ${version}.`);
    return true;
  }

  private async compare(loop: ProcessorLoop, shadow: ShadowDatabase): Promise<boolean> {
    const { projection, version } = this.rebuild;
    const { checkpoints } = this.live;
    const lock = (manager: EntityManager): Promise<void> => checkpoints.lock(projection, manager);
    const found = await shadow.comparing(lock, async (manager): Promise<Verification> => {
      const live = await checkpoints.read(projection, manager);
      const { position } = live;
      const built = await this.completeUpTo(position, loop, shadow, manager);
      // The one that serves may have gone back, and comes again.
      if (await this.isAnythingBetween(position, built.position)) throw new NotThereError();
      const tables = [];
      for (const table of this.tables) tables.push(await compareTable(table, shadow, manager));
      const isEqual =
        (await compareParkedEvents(projection, this.builder.name, shadow, manager)) &&
        tables.every(
          ({ missing, unexpected, different }) => missing + unexpected + different === 0,
        );
      const parked = { actual: live.parked, expected: built.parked };
      return { projection, version, position, parked, tables, isEqual };
    });
    return this.end('verified', null, found);
  }

  /** @returns the checkpoint of the shadow, which is there or further. @throws NotThereError */
  private async completeUpTo(
    position: number,
    loop: ProcessorLoop,
    shadow: ShadowDatabase,
    manager: EntityManager,
  ): Promise<Checkpoint> {
    // The transaction is silent meanwhile, and would be broken off after a few leases.
    const patienceMs = Math.min(LAST_EVENTS_MS, this.live.leaseMs);
    if (!(await this.comesTo(position, loop, patienceMs))) throw new NotThereError();
    const table = shadow.nameOf('hub_checkpoints');
    const built = await this.live.checkpoints.read(this.builder.name, manager, table);
    if (await this.isAnythingBetween(built.position, position)) throw new NotThereError();
    return built;
  }

  private async isAnythingBetween(after: number, head: number): Promise<boolean> {
    const range = { after, head, limit: 1 };
    const { events } = await readBatch(this.live.store, this.builder.eventTypes, range);
    return events.length > 0;
  }

  private comesTo(position: number, loop: ProcessorLoop, timeoutMs: number): Promise<boolean> {
    this.log.raiseTo(position);
    loop.appended();
    return loop.reached(position, timeoutMs);
  }

  private report(status: ProcessorStatus, head: number): Promise<boolean> {
    const { position, parked } = status;
    if (this.outage && position > this.outage.position) this.outage = undefined;
    this.position = position;
    const error = status.lastError ?? this.outage?.error ?? null;
    const progress = { position, head, eventsPerSecond: this.pace.at(position), parked, error };
    return this.database.transactions.run((manager) =>
      this.rebuilds.report(this.rebuild.id, progress, manager),
    );
  }

  private async end(
    state: 'held' | 'verified' | 'failed',
    error: string | null,
    verification: Verification | null = null,
  ): Promise<true> {
    await this.database.transactions.run((manager) =>
      this.rebuilds.end(this.rebuild.id, state, error, manager, verification),
    );
    return true;
  }

  /**
   * While the database is away, or its lock taken, it is gone on with later. What the projection throws has not come as far
   * as here, so that any broken socket is the database's.
   */
  private async isEndedBy(error: unknown): Promise<boolean> {
    if (this.live.isOutage(error) || this.database.isUnreachable(error)) return false;
    this.complain('has failed', error);
    try {
      return await this.end('failed', messageOf(error));
    } catch (failure) {
      this.logger.warn(messageOf(failure));
      return false;
    }
  }

  private async rest(error: unknown, delayMs: number): Promise<void> {
    this.complain(`was broken off, and goes on in ${delayMs} ms`, error);
    this.outage = { error: messageOf(error), position: this.position };
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

/** The shadow is not where the projection that serves is; it may be soon. */
class NotThereError extends Error {}

/** The switch would park events that are not parked now. */
class MoreParkedError extends Error {
  constructor(streams: readonly string[]) {
    super(
      `Events of ${streams.length} streams, "${streams[0]}" for example, are parked in the new read model and not in the ` +
        'one that serves. Mend the projection and rebuild it again, or accept the parked events.',
    );
  }
}
