import { Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import { ProcessorOutdatedError } from '../../errors/processor.errors.js';
import type { Checkpoint } from '../../processing/checkpoint.js';
import { readBatch } from '../../processing/event-batch.js';
import type { ProcessingSupport } from '../../processing/processing-support.js';
import type { Processor } from '../../processing/processor.js';
import { ProcessorLoop } from '../../processing/processor-loop.js';
import type { ProcessorStatus } from '../../processing/processor-status.js';
import type { ShadowDatabase } from '../../store/typeorm/shadow-database.js';
import { BoundedLog } from './bounded-log.js';
import { compareParkedEvents, compareTable } from './compare-read-models.js';
import type { LastOutage } from './last-outage.js';
import { Pace } from './pace.js';
import type { Rebuild } from './rebuild.js';
import type { RebuildTable } from './rebuild-table.js';
import type { Verification } from './rebuild-status.js';
import type { ProjectionTable } from './rebuildable-projection.js';
import { newlyParkedStreams, replaceParkedEvents, replaceRows } from './replace-read-model.js';

const LOOK_MS = 200;
/** How long the projection that serves may be held up while the last events come in. */
const LAST_EVENTS_MS = 2_000;

/**
 * Runs a projection in a shadow that is open, to where the one that serves is, and ends the rebuild or verification there.
 *
 * The shadow never goes beyond the projection that serves. So when that one is held up where it is, and the shadow has
 * come to the same position, both say the same of the same events.
 */
export class ShadowBuild {
  private readonly logger = new Logger(ShadowBuild.name);
  private readonly pace = new Pace();
  private readonly log: BoundedLog;
  private readonly inside: ProcessingSupport;
  private readonly loop: ProcessorLoop;

  constructor(
    private readonly rebuild: Rebuild,
    private readonly builder: Processor,
    private readonly tables: readonly ProjectionTable[],
    private readonly shadow: ShadowDatabase,
    private readonly live: ProcessingSupport,
    private readonly rebuilds: RebuildTable,
    private readonly lastOutage: LastOutage,
  ) {
    this.log = new BoundedLog(live.store);
    this.inside = live.inside(shadow, this.log);
    this.loop = new ProcessorLoop(builder, this.inside);
  }

  /**
   * Resolves when it has ended, in whatever process, or `signal` says so, and nothing is under way here.
   * @throws what the database throws
   */
  async run(signal: AbortSignal): Promise<void> {
    const { leases } = this.inside;
    leases.start();
    this.loop.start();
    try {
      while (!signal.aborted && !(await this.step())) {
        await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      await this.loop.stop();
      await leases.release().catch(() => undefined);
    }
  }

  /** @returns whether it has ended */
  private async step(): Promise<boolean> {
    const { position: head } = await this.live.checkpoints.read(this.rebuild.projection);
    const isThere = await this.comesTo(head, LOOK_MS);
    const status = await this.loop.status();
    // Whoever fails to take the lease has something to tell, too.
    if (!status.isOwner && status.lastError === undefined) return false;
    if (!(await this.report(status, head))) return true;
    if (!status.isOwner) return false;
    if (status.state === 'stalled') return this.end('held', status.lastError ?? null);
    if (!isThere) return false;
    try {
      return await (this.rebuild.purpose === 'switch' ? this.replace() : this.compare());
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
  private async replace(): Promise<boolean> {
    const { projection, id, version } = this.rebuild;
    const { checkpoints, database } = this.live;
    const isSwitched = await this.shadow.replacing(async (manager) => {
      await checkpoints.lock(projection, manager);
      const { position, version: stored } = await checkpoints.read(projection, manager);
      if (stored > version) throw new ProcessorOutdatedError(projection, version, stored);
      const row = await this.rebuilds.lock(projection, 'switch', manager);
      const built = await this.completeUpTo(position, manager);
      const streams = await newlyParkedStreams(projection, this.builder.name, this.shadow, manager);
      if (streams.length > 0 && !row?.acceptsParked) throw new MoreParkedError(streams);
      if (!(await this.rebuilds.end(id, 'switched', null, manager))) return false;
      await replaceRows(this.tables, this.shadow, manager);
      await replaceParkedEvents(projection, this.builder.name, this.shadow, manager);
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

  private async compare(): Promise<boolean> {
    const { projection, version } = this.rebuild;
    const { checkpoints } = this.live;
    const lock = (manager: EntityManager): Promise<void> => checkpoints.lock(projection, manager);
    const found = await this.shadow.comparing(lock, async (manager): Promise<Verification> => {
      const live = await checkpoints.read(projection, manager);
      const { position } = live;
      const built = await this.completeUpTo(position, manager);
      // The one that serves may have gone back, and comes again.
      if (await this.isAnythingBetween(position, built.position)) throw new NotThereError();
      const tables = [];
      for (const table of this.tables) tables.push(await compareTable(table, this.shadow, manager));
      const isEqual =
        (await compareParkedEvents(projection, this.builder.name, this.shadow, manager)) &&
        tables.every(
          ({ missing, unexpected, different }) => missing + unexpected + different === 0,
        );
      const parked = { actual: live.parked, expected: built.parked };
      return { projection, version, position, parked, tables, isEqual };
    });
    return this.end('verified', null, found);
  }

  /** @returns the checkpoint of the shadow, which is there or further. @throws NotThereError */
  private async completeUpTo(position: number, manager: EntityManager): Promise<Checkpoint> {
    // The transaction is silent meanwhile, and would be broken off after a few leases.
    const patienceMs = Math.min(LAST_EVENTS_MS, this.live.leaseMs);
    if (!(await this.comesTo(position, patienceMs))) throw new NotThereError();
    const table = this.shadow.nameOf('hub_checkpoints');
    const built = await this.live.checkpoints.read(this.builder.name, manager, table);
    if (await this.isAnythingBetween(built.position, position)) throw new NotThereError();
    return built;
  }

  private async isAnythingBetween(after: number, head: number): Promise<boolean> {
    const range = { after, head, limit: 1 };
    const { events } = await readBatch(this.live.store, { types: this.builder.eventTypes }, range);
    return events.length > 0;
  }

  private comesTo(position: number, timeoutMs: number): Promise<boolean> {
    this.log.raiseTo(position);
    this.loop.appended();
    return this.loop.reached(position, timeoutMs);
  }

  private report(status: ProcessorStatus, head: number): Promise<boolean> {
    const { position, parked } = status;
    const error = status.lastError ?? this.lastOutage.toldAt(position) ?? null;
    const progress = { position, head, eventsPerSecond: this.pace.at(position), parked, error };
    return this.live.database.transactions.run((manager) =>
      this.rebuilds.report(this.rebuild.id, progress, manager),
    );
  }

  private async end(
    state: 'held' | 'verified',
    error: string | null,
    verification: Verification | null = null,
  ): Promise<true> {
    await this.live.database.transactions.run((manager) =>
      this.rebuilds.end(this.rebuild.id, state, error, manager, verification),
    );
    return true;
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
