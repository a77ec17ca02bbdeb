import { Inject, Injectable, Logger, OnApplicationBootstrap } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { DomainError } from '../../errors/event-sourcing.error.js';
import { messageOf } from '../../processing/failures.js';
import { ProcessingSupport } from '../../processing/processing-support.js';
import {
  EVENT_SOURCING_OPTIONS,
  type EventSourcingModuleOptions,
} from '../../event-sourcing.module-definition.js';
import { EVENT_DATABASE, type OptionalEventDatabase } from '../../store/event-database.provider.js';
import { Projections } from '../projections.js';
import { isUnderWay, type Rebuild } from './rebuild.js';
import { RebuildChanges } from './rebuild-changes.js';
import { RebuildRun } from './rebuild-run.js';

const LOOK_MS = 250;
/** By when every process has noticed that a rebuild has ended, and has left its shadow. */
const GRACE_MS = 5_000;

/** Does the work of rebuilds and verifications that are under way, whoever has asked for them. */
@Injectable()
export class RebuildWorker implements OnApplicationBootstrap {
  private readonly logger = new Logger(RebuildWorker.name);
  private readonly stopping = new AbortController();
  private readonly runs = new Map<string, RebuildRun>();
  private readonly cleared = new Set<string>();
  private looking: Promise<void> = Promise.resolve();
  private isLooking = false;

  constructor(
    private readonly projections: Projections,
    @Inject(ProcessingSupport) private readonly support: ProcessingSupport | null,
    @Inject(EVENT_DATABASE) private readonly database: OptionalEventDatabase,
    @Inject(EVENT_SOURCING_OPTIONS) private readonly options: EventSourcingModuleOptions,
  ) {}

  onApplicationBootstrap(): void {
    if (this.options.processing?.run ?? true) this.start(false);
  }

  /** Has a process that runs nothing by itself take part in what was asked for. */
  takePart(): void {
    if (this.options.processing?.run === false && !this.isLooking) this.start(true);
  }

  private start(hasLookedAtVersions: boolean): void {
    if (!this.support || !this.database || this.projections.all().length === 0) return;
    this.isLooking = true;
    const changes = new RebuildChanges(this.support, this.database);
    this.looking = this.lookAgainAndAgain(changes, this.support, hasLookedAtVersions);
  }

  /** Nothing is under way in this process any more; what was goes on in another, or later. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.looking;
    await Promise.all([...this.runs.values()].map((run) => run.stop()));
  }

  private async lookAgainAndAgain(
    changes: RebuildChanges,
    support: ProcessingSupport,
    hasLookedAtVersions: boolean,
  ): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        if (!hasLookedAtVersions) await this.rebuildWhatIsOld(changes, support);
        hasLookedAtVersions = true;
        await this.look(changes, support);
      } catch (error) {
        // Nobody is told twice of an outage that others report as well.
        if (!support.isOutage(error)) this.logger.error(messageOf(error));
      }
      await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Read models that an older version of their projection has made. */
  private async rebuildWhatIsOld(
    changes: RebuildChanges,
    { checkpoints }: ProcessingSupport,
  ): Promise<void> {
    for (const { definition } of this.projections.all()) {
      const { name: projection, version, entities } = definition;
      const { version: stored } = await checkpoints.read(projection);
      if (stored === 0 || stored >= version) continue;
      const last = await changes.table.find(projection, 'switch');
      if (last?.version === version && isUpToOperators(last)) {
        this.logger.warn(
          `Projection "${projection}" is of version ${version}, and what it keeps of version ${stored}. The rebuild for ` +
            `version ${version} is ${last.state}, and is begun again when it is asked for.`,
        );
        continue;
      }
      if (entities.length === 0) {
        this.logger.warn(
          `Projection "${projection}" is of version ${version}, and what it keeps of version ${stored}. It cannot be ` +
            'rebuilt, as it names no entities.',
        );
        continue;
      }
      this.logger.log(
        `Projection "${projection}" is rebuilt for version ${version}; version ${stored} serves until then.`,
      );
      const request = { projection, purpose: 'switch', version, acceptsParked: false } as const;
      // Of versions that start together the newest is built; what cannot be rebuilt keeps no other from it.
      await changes.begin(request).catch((error: unknown) => this.refused(projection, error));
    }
  }

  private refused(projection: string, error: unknown): void {
    if (!(error instanceof DomainError)) throw error;
    this.logger.warn(`Projection "${projection}" is not rebuilt: ${error.message}`);
  }

  private async look(changes: RebuildChanges, support: ProcessingSupport): Promise<void> {
    const all = await changes.table.all();
    const building = all.filter(({ state }) => state === 'building');
    for (const [id, run] of this.runs) {
      const isBuilding = building.some((each) => each.id === id);
      if (!isBuilding) await run.stop();
      if (!isBuilding || run.isOver) this.runs.delete(id);
    }
    for (const rebuild of building) this.takePartIn(rebuild, changes, support);
    const longAgo = support.clock.now().getTime() - GRACE_MS;
    for (const rebuild of all.filter((each) => !isUnderWay(each))) {
      if (this.cleared.has(rebuild.id) || Number(rebuild.finishedAt) > longAgo) continue;
      await changes.clear(rebuild);
      this.cleared.add(rebuild.id);
    }
    const hasLeftovers = ({ leftovers, startedAt }: Rebuild): boolean =>
      leftovers.length > 0 && startedAt < longAgo;
    for (const rebuild of all.filter(hasLeftovers)) await changes.clearLeftovers(rebuild);
  }

  private takePartIn(
    rebuild: Rebuild,
    { table, database }: RebuildChanges,
    support: ProcessingSupport,
  ): void {
    const projection = this.projections.named(rebuild.projection);
    if (this.runs.has(rebuild.id) || projection?.definition.version !== rebuild.version) return;
    const run = new RebuildRun(rebuild, projection, support, database, table);
    this.runs.set(rebuild.id, run);
    run.start();
  }
}

/** It waits for their word, or has had it. */
function isUpToOperators({ state }: Rebuild): boolean {
  return state === 'held' || state === 'cancelled';
}
