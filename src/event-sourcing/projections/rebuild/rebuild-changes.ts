import { randomBytes } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { ProcessorOutdatedError } from '../../errors/processor.errors.js';
import { NewerRebuildUnderWayError } from '../../errors/projection.errors.js';
import type { ProcessingSupport } from '../../processing/processing-support.js';
import type { EventDatabase } from '../../store/typeorm/event-database.js';
import { isUnderWay, type Rebuild } from './rebuild.js';
import type { RebuildPurpose } from './rebuild-status.js';
import { RebuildTable } from './rebuild-table.js';

const ID_BYTES = 8;

/** What a rebuild is for, and how it may end. */
export interface RebuildRequest {
  readonly projection: string;
  readonly purpose: RebuildPurpose;
  readonly version: number;
  readonly acceptsParked: boolean;
}

/** Begins, cancels and clears rebuilds: for each projection one change at a time, of whatever process. */
export class RebuildChanges {
  readonly table: RebuildTable;

  constructor(
    private readonly support: ProcessingSupport,
    readonly database: EventDatabase,
  ) {
    this.table = new RebuildTable(database.dataSource);
  }

  /**
   * The one that is under way, if it is of this version and may go on; otherwise a new one in its place.
   * @throws NewerRebuildUnderWayError, ProcessorOutdatedError
   */
  begin(request: RebuildRequest): Promise<Rebuild> {
    const { projection, version } = request;
    return this.change(projection, request.purpose, async (before, manager) => {
      const stored = await this.support.checkpoints.read(projection, manager);
      if (stored.version > version) {
        throw new ProcessorOutdatedError(projection, version, stored.version);
      }
      const rebuild = (before && goneOnWith(before, request)) ?? this.newRebuild(request, before);
      await this.table.put(rebuild, manager);
      return rebuild;
    });
  }

  /** @returns false when none is under way */
  cancel(projection: string, purpose: RebuildPurpose): Promise<boolean> {
    return this.change(projection, purpose, async (before, manager) => {
      if (!before || !isUnderWay(before)) return false;
      const finishedAt = this.support.clock.now().getTime();
      await this.table.put({ ...before, state: 'cancelled', finishedAt }, manager);
      return true;
    });
  }

  /** Drops the shadow of one that has ended. To be called when nobody can be at work in it any more. */
  async clear({ projection, purpose, id }: Rebuild): Promise<void> {
    await this.change(projection, purpose, async (before, manager) => {
      if (before?.id === id && !isUnderWay(before)) await this.database.dropShadow(id, manager);
    });
  }

  /** As `clear`, for those whose place it took. */
  async clearLeftovers({ projection, purpose, id }: Rebuild): Promise<void> {
    await this.change(projection, purpose, async (before, manager) => {
      if (before?.id !== id) return;
      for (const leftover of before.leftovers) await this.database.dropShadow(leftover, manager);
      await this.table.forgetLeftovers(id, manager);
    });
  }

  private change<T>(
    projection: string,
    purpose: RebuildPurpose,
    work: (before: Rebuild | undefined, manager: EntityManager) => Promise<T>,
  ): Promise<T> {
    return this.database.transactions.run(async (manager) => {
      await this.support.checkpoints.lock(projection, manager);
      return work(await this.table.lock(projection, purpose, manager), manager);
    });
  }

  /** Whoever builds the one before it learns of this a moment later, and leaves its shadow by then. */
  private newRebuild(request: RebuildRequest, before: Rebuild | undefined): Rebuild {
    return {
      ...request,
      id: randomBytes(ID_BYTES).toString('hex'),
      state: 'building',
      position: 0,
      head: 0,
      eventsPerSecond: 0,
      parked: 0,
      startedAt: this.support.clock.now().getTime(),
      finishedAt: null,
      error: null,
      verification: null,
      leftovers: before ? [...before.leftovers, before.id] : [],
    };
  }
}

function goneOnWith(before: Rebuild, request: RebuildRequest): Rebuild | undefined {
  const { projection, version, acceptsParked } = request;
  if (!isUnderWay(before)) return undefined;
  if (before.version > version) throw new NewerRebuildUnderWayError(projection, before.version);
  const mayGoOn = before.state === 'building' || acceptsParked;
  if (!mayGoOn || before.version < version) return undefined;
  return {
    ...before,
    state: 'building',
    acceptsParked: before.acceptsParked || acceptsParked,
    finishedAt: null,
    error: null,
  };
}
