import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import {
  ProjectionNotFoundError,
  VerificationFailedError,
} from '../../errors/projection.errors.js';
import { ProcessingSupport } from '../../processing/processing-support.js';
import { EVENT_DATABASE, type OptionalEventDatabase } from '../../store/event-database.provider.js';
import { Projections } from '../projections.js';
import { statusOf } from './rebuild.js';
import { RebuildChanges } from './rebuild-changes.js';
import type { RebuildPurpose, RebuildStatus, Verification } from './rebuild-status.js';
import { RebuildWorker } from './rebuild-worker.js';
import { tablesOf } from './rebuildable-projection.js';

const LOOK_MS = 100;

/** How a rebuild may end. */
export interface RebuildOptions {
  /**
   * Whether it takes over though events of more streams are parked in it than in the read model that serves. Otherwise
   * it is held.
   * @default false
   */
  readonly acceptParked?: boolean;
}

/** How a verification is followed. */
export interface VerifyOptions {
  /** Called now and then while it is under way. */
  readonly onProgress?: (status: RebuildStatus) => void;
  /** Cancels it. */
  readonly signal?: AbortSignal;
}

/**
 * Builds read models anew from the log, beside those that serve: to take their place, or to prove that they are what the
 * log says.
 *
 * The projection runs in a shadow of its tables, from the beginning of the log. When it has come to where the one that
 * serves is, one transaction puts the shadow's rows in the place of the others, with the events that were parked on the
 * way. Until then nothing that serves is touched, so that cancelling costs nothing. What is under way survives crashes:
 * any process that has the projection goes on with it, one at a time, under a lease with a fencing token.
 *
 * Raising the `version` of a `@Projection` has it rebuilt when the application starts. Meanwhile the new program keeps
 * the old rows up to date, in the shape to which migrations have brought the tables, unless an older program still runs
 * it. An older program does nothing to a read model that a newer version has made.
 */
@Injectable()
export class ProjectionRebuilds {
  constructor(
    private readonly projections: Projections,
    private readonly worker: RebuildWorker,
    @Inject(ProcessingSupport) private readonly support: ProcessingSupport | null,
    @Inject(EVENT_DATABASE) private readonly database: OptionalEventDatabase,
  ) {}

  /** The names of the projections of this process. */
  names(): readonly string[] {
    return this.projections.all().map(({ definition }) => definition.name);
  }

  /**
   * Has this process take part in the work of what is under way, where it runs nothing by itself (`processing.run`): then
   * a rebuild goes on though there is no server. Otherwise it takes part anyway.
   */
  takePart(): void {
    this.worker.takePart();
  }

  /**
   * Has a projection rebuilt. It goes on with a rebuild of this version that is under way, and begins anew in the place
   * of one that is held, unless that one may now take over. When the promise resolves, the request is durable.
   *
   * @throws ProjectionNotFoundError, ProjectionNotRebuildableError, NewerRebuildUnderWayError
   */
  async start(projection: string, options: RebuildOptions = {}): Promise<RebuildStatus> {
    const { acceptParked = false } = options;
    return statusOf(await this.begin(projection, 'switch', acceptParked));
  }

  /**
   * Gives up a rebuild. The read model that serves stays as it is, also when the application starts anew: until a rebuild
   * is asked for, or the version of the projection rises again.
   *
   * @returns false when none is under way
   * @throws ProjectionNotFoundError
   */
  async cancel(projection: string): Promise<boolean> {
    const changes = this.changesOf(projection);
    return this.onRequest(() => changes.cancel(projection, 'switch'));
  }

  /** The rebuild that is under way, or the last one. @throws ProjectionNotFoundError */
  async status(projection: string): Promise<RebuildStatus | undefined> {
    const { table } = this.changesOf(projection);
    const rebuild = await this.onRequest(() => table.find(projection, 'switch'));
    return rebuild && statusOf(rebuild);
  }

  /** The last rebuild and the last verification of each projection of this process that has had one. */
  async statuses(): Promise<readonly RebuildStatus[]> {
    const names = this.names();
    if (names.length === 0) return [];
    const { table } = this.changesOf(names[0]);
    const all = await this.onRequest(() => table.all());
    return all.filter(({ projection }) => names.includes(projection)).map(statusOf);
  }

  /**
   * Builds a read model anew, compares it row by row with the one that serves, at the same position of the log, and drops
   * it. Positions are dense, so that equality proves that every event has had its effect, and once.
   *
   * @throws ProjectionNotFoundError, ProjectionNotRebuildableError
   * @throws VerificationFailedError when it was cancelled, or could not be done
   */
  async verify(projection: string, options: VerifyOptions = {}): Promise<Verification> {
    const { onProgress, signal } = options;
    const changes = this.changesOf(projection);
    const { id } = await this.begin(projection, 'verify', false);
    for (;;) {
      const rebuild = await changes.table.find(projection, 'verify');
      if (rebuild?.id !== id) throw new VerificationFailedError(projection, 'It was begun anew.');
      onProgress?.(statusOf(rebuild));
      if (rebuild.verification) return rebuild.verification;
      if (rebuild.state === 'held' || signal?.aborted) await changes.cancel(projection, 'verify');
      if (rebuild.state !== 'building') {
        throw new VerificationFailedError(projection, rebuild.error ?? 'It was cancelled.');
      }
      await delay(LOOK_MS);
    }
  }

  /**
   * As `verify`, without waiting for it: what it finds is in `statuses`. When the promise resolves, the request is durable.
   *
   * @throws ProjectionNotFoundError, ProjectionNotRebuildableError
   */
  async startVerification(projection: string): Promise<RebuildStatus> {
    return statusOf(await this.begin(projection, 'verify', false));
  }

  private begin(projection: string, purpose: RebuildPurpose, acceptsParked: boolean) {
    const changes = this.changesOf(projection);
    const { definition } = this.named(projection);
    tablesOf(definition, changes.database.dataSource);
    const { version } = definition;
    return this.onRequest(() => changes.begin({ projection, purpose, version, acceptsParked }));
  }

  /** @throws StoreUnavailableError */
  private onRequest<T>(work: () => Promise<T>): Promise<T> {
    return this.support ? this.support.onRequest(work) : work();
  }

  private named(projection: string) {
    const found = this.projections.named(projection);
    if (!found) throw new ProjectionNotFoundError(projection, this.names());
    return found;
  }

  /** Where there is a projection, there is a database. */
  private changesOf(projection: string): RebuildChanges {
    this.named(projection);
    if (!this.support || !this.database) throw new Error('The log is in memory.');
    return new RebuildChanges(this.support, this.database);
  }
}
