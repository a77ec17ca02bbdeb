import { Inject, Injectable, Logger, OnApplicationBootstrap } from '@nestjs/common';
import { ConfigurationError } from '../errors/event-sourcing.error.js';
import { PositionAheadOfLogError, ProcessorNotFoundError } from '../errors/processor.errors.js';
import {
  EVENT_SOURCING_OPTIONS,
  type EventSourcingModuleOptions,
} from '../event-sourcing.module-definition.js';
import { EVENT_DATABASE, type OptionalEventDatabase } from '../store/event-database.provider.js';
import { EventStore } from '../store/event-store.js';
import { RemoteEventStore } from '../store/remote/remote-event-store.js';
import { EffectProcessor } from './effect-processor.js';
import { ForwardingProcessor } from './forwarding-processor.js';
import { InlineProcessing } from './inline-processing.js';
import { ObservedProcessor } from './observed-processor.js';
import { processingProblems } from './processing-options.js';
import { ProcessingSupport } from './processing-support.js';
import { Processor } from './processor.js';
import { ProcessorHandle } from './processor-handle.js';
import { ProcessorLoop } from './processor-loop.js';
import { ProcessorRegistry } from './processor-registry.js';
import { ProcessorStatus } from './processor-status.js';

/**
 * Runs the application's processors: finds them, starts them with the application, and stops them with it. Of several
 * processes on one database one runs each processor. Every one may ask how far they are, and pause and resume them.
 */
@Injectable()
export class Processors implements OnApplicationBootstrap {
  private readonly logger = new Logger(Processors.name);
  private readonly handles = new Map<string, ProcessorHandle>();
  private loops: readonly ProcessorLoop[] = [];
  private inline: InlineProcessing | undefined;
  private stopped: Promise<void> | undefined;

  constructor(
    private readonly registry: ProcessorRegistry,
    private readonly store: EventStore,
    @Inject(ProcessingSupport) private readonly support: ProcessingSupport | null,
    @Inject(EVENT_DATABASE) private readonly database: OptionalEventDatabase,
    @Inject(EVENT_SOURCING_OPTIONS) private readonly options: EventSourcingModuleOptions,
  ) {}

  /**
   * Starts them. When this resolves, inline processors handle what is appended, unless they have to catch up first.
   *
   * @throws ConfigurationError with every problem found.
   */
  async onApplicationBootstrap(): Promise<void> {
    const processors = this.registry.all();
    const options = this.options.processing ?? {};
    const problems = [
      ...processingProblems(options),
      ...this.registry.problems(),
      ...(this.support ? [] : processors.map(needsDatabase)),
      ...processors.filter(cannotBeInline).map(beyondTheTransaction),
      ...(this.store instanceof RemoteEventStore
        ? processors.filter(isInline).map(awayFromTheLog)
        : []),
    ];
    if (problems.length > 0) throw new ConfigurationError(problems);
    if (!this.support || processors.length === 0) return;
    if (options.run ?? true) await this.start(processors, this.support);
    else this.observe(processors, this.support);
  }

  /**
   * Resolves when the batches under way are committed or rolled back, and the leases are given back, so that another
   * process goes on at once. Nothing is handled afterwards.
   */
  stop(): Promise<void> {
    this.stopped ??= this.stopAll();
    return this.stopped;
  }

  /** How far each processor is, and what holds it up. @throws StoreUnavailableError */
  async statuses(): Promise<readonly ProcessorStatus[]> {
    const handles = [...this.handles.values()];
    return this.onRequest(() => Promise.all(handles.map((handle) => handle.status())));
  }

  /** How far one of them is, and what holds it up. @throws ProcessorNotFoundError, StoreUnavailableError */
  async status(name: string): Promise<ProcessorStatus> {
    const handle = this.named(name);
    return this.onRequest(() => handle.status());
  }

  /**
   * Waits until a processor has handled or parked everything that is in the log now, so that who has just written reads
   * it; whatever process runs the processor.
   *
   * @returns false when it is not so far after `timeoutMs`.
   * @throws ProcessorNotFoundError
   */
  async caughtUp(name: string, timeoutMs: number): Promise<boolean> {
    const head = await this.store.headPosition();
    return this.cameTo(head, name, timeoutMs);
  }

  /**
   * As `caughtUp`, and only up to a position: that of an append, for example. Asks the database nothing where this process
   * knows that the processor is there.
   *
   * @throws ProcessorNotFoundError
   * @throws PositionAheadOfLogError when the log has no such position, and may never have what was meant.
   */
  async reached(name: string, position: number, timeoutMs: number): Promise<boolean> {
    const handle = this.named(name);
    if (handle.hasReached(position)) return true;
    const head = await this.store.headPosition();
    if (position > head) throw new PositionAheadOfLogError(position, head);
    return this.cameTo(position, name, timeoutMs);
  }

  /**
   * Has a processor rest, in every process, until it is resumed, restarts included. When this resolves, no batch of it
   * is under way.
   *
   * @throws ProcessorNotFoundError, StoreUnavailableError
   */
  async pause(name: string): Promise<void> {
    const handle = this.named(name);
    await this.onRequest(() => handle.setPaused(true));
  }

  /** Ends a pause. @throws ProcessorNotFoundError, StoreUnavailableError */
  async resume(name: string): Promise<void> {
    const handle = this.named(name);
    await this.onRequest(() => handle.setPaused(false));
  }

  /**
   * Handles the next batch here and now, also while the processor is paused: one step of it, for whoever looks for a
   * mistake. What fails is neither tried again nor parked.
   *
   * @returns how many events it handled; 0 when there was nothing to do
   * @throws ProcessorNotFoundError, and what the processor throws; then nothing was written
   */
  async runOnce(name: string): Promise<number> {
    return this.named(name).runOnce();
  }

  private async start(processors: readonly Processor[], support: ProcessingSupport): Promise<void> {
    const loops = processors.map((processor) => new ProcessorLoop(processor, support));
    processors.forEach(({ name }, index) => this.handles.set(name, loops[index]));
    this.loops = loops;
    support.feed.listen(() => loops.forEach((loop) => loop.appended()));
    support.database.watch.listen({ announced: () => loops.forEach((loop) => loop.changed()) });
    support.leases.start();
    this.accompanyAppends(processors, support);
    // Where that fails, the loop tries again, and says why.
    const inline = loops.filter((_, nth) => processors[nth].lifecycle === 'inline');
    await Promise.allSettled(inline.map((loop) => loop.makeCheckpoint()));
    for (const loop of loops) loop.start();
  }

  private observe(processors: readonly Processor[], support: ProcessingSupport): void {
    for (const processor of processors) {
      this.handles.set(processor.name, new ObservedProcessor(processor, support));
    }
    this.accompanyAppends(processors, support);
  }

  /** Inline processors belong to appends, also to those of a process that runs nothing by itself. */
  private accompanyAppends(processors: readonly Processor[], support: ProcessingSupport): void {
    const inline = processors.filter(isInline);
    if (inline.length === 0) return;
    this.inline = new InlineProcessing(inline, support);
    this.database?.store.accompanyFlights(this.inline);
  }

  private async cameTo(position: number, name: string, timeoutMs: number): Promise<boolean> {
    const handle = this.named(name);
    return (await this.inline?.hasReached(name, position)) || handle.reached(position, timeoutMs);
  }

  private async stopAll(): Promise<void> {
    if (!this.support) return;
    await Promise.all(this.loops.map((loop) => loop.stop()));
    await this.support.leases.release().catch((error: unknown) => {
      this.logger.warn(
        `The leases could not be given back, and run out by themselves: ${String(error)}`,
      );
    });
  }

  private named(name: string): ProcessorHandle {
    const handle = this.handles.get(name);
    if (!handle) throw new ProcessorNotFoundError(name, [...this.handles.keys()]);
    return handle;
  }

  /** Without a database there is no processor, and nothing to ask. */
  private onRequest<T>(work: () => Promise<T>): Promise<T> {
    return this.support ? this.support.onRequest(work) : work();
  }
}

function isInline({ lifecycle }: Processor): boolean {
  return lifecycle === 'inline';
}

function awayFromTheLog({ name }: Processor): string {
  return (
    `Processor "${name}" has the lifecycle 'inline', and the log is at a hub: no transaction spans both databases. Leave ` +
    'lifecycle out, or run it where the hub is.'
  );
}

function cannotBeInline(processor: Processor): boolean {
  return (
    isInline(processor) &&
    (processor instanceof EffectProcessor || processor instanceof ForwardingProcessor)
  );
}

function beyondTheTransaction({ constructor: { name } }: Processor): string {
  return (
    `${name} is inline, and its work reaches beyond the transaction of an append. Remove lifecycle = 'inline' from the ` +
    `class ${name}.`
  );
}

function needsDatabase(processor: Processor): string {
  return (
    `${processor.constructor.name} keeps something in a database, and the log is in memory. Remove ` +
    "store: 'memory' from EventSourcingModule.forRoot(…) and import TypeOrmModule.forRoot(…)."
  );
}
