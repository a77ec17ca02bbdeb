import { Inject, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { ConfigurationError } from '../errors/event-sourcing.error.js';
import { CommittedEvents } from '../events/committed-events.js';
import { EventSerializer } from '../events/event-serializer.js';
import { EventStore } from '../store/event-store.js';
import { Instruments } from '../instrumentation/instruments.js';
import { CheckpointedHandler } from './checkpointed-handler.js';
import { Checkpoints } from './checkpoints.js';
import { HandlerLoop, HandlerStatus } from './handler-loop.js';
import { TransactionRunner } from '../store/typeorm/transaction-runner.js';

/** Finds the application's `CheckpointedHandler`s, runs them, and tells how far they are. */
@Injectable()
export class CheckpointedHandlers implements OnApplicationBootstrap {
  private readonly added: CheckpointedHandler[] = [];
  private readonly loops = new Map<string, HandlerLoop>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly store: EventStore,
    private readonly serializer: EventSerializer,
    private readonly transactions: TransactionRunner,
    @Inject(Checkpoints) private readonly checkpoints: Checkpoints | null,
    private readonly committed: CommittedEvents,
    private readonly instruments: Instruments,
  ) {}

  /** Has a handler run that is no provider itself. To be called before the application starts, in `onModuleInit`. */
  add(handler: CheckpointedHandler): void {
    this.added.push(handler);
  }

  onApplicationBootstrap(): void {
    for (const handler of this.discovered()) {
      if (!this.checkpoints) throw needsDatabase(handler);
      this.loops.set(handler.name, this.loopOf(handler, this.checkpoints));
    }
    this.committed.subscribe(() => this.loops.forEach((loop) => loop.signal()));
    for (const loop of this.loops.values()) loop.start();
  }

  /** Resolves when the batches under way are committed or rolled back; nothing is handled afterwards. */
  async stop(): Promise<void> {
    await Promise.all([...this.loops.values()].map((loop) => loop.stop()));
  }

  statuses(): readonly HandlerStatus[] {
    return [...this.loops.values()].map(({ status }) => status);
  }

  /**
   * Waits until a handler has everything that is in the log now, so that who has just written reads it.
   * @returns false when it is not there after `timeoutMs`.
   */
  async caughtUp(name: string, timeoutMs: number): Promise<boolean> {
    const loop = this.loops.get(name);
    if (!loop) throw new Error(`There is no checkpointed handler named "${name}".`);
    return loop.reached(await this.store.headPosition(), timeoutMs);
  }

  private discovered(): CheckpointedHandler[] {
    const provided = this.discovery
      .getProviders()
      .map(({ instance }: { instance: unknown }) => instance)
      .filter((instance) => instance instanceof CheckpointedHandler);
    const handlers = [...this.added, ...provided];
    const problems = handlers.flatMap((handler, index) => {
      const other = handlers.slice(0, index).find(({ name }) => name === handler.name);
      return other ? [sameName(other, handler)] : [];
    });
    if (problems.length > 0) throw new ConfigurationError(problems);
    return handlers;
  }

  private loopOf(handler: CheckpointedHandler, checkpoints: Checkpoints): HandlerLoop {
    return new HandlerLoop(
      handler,
      this.store,
      this.serializer,
      this.transactions,
      checkpoints,
      this.instruments,
    );
  }
}

function sameName(one: CheckpointedHandler, other: CheckpointedHandler): string {
  return (
    `${one.constructor.name} and ${other.constructor.name} are both checkpointed handlers named ` +
    `"${one.name}". Give one of them another name.`
  );
}

function needsDatabase(handler: CheckpointedHandler): ConfigurationError {
  return new ConfigurationError([
    `${handler.constructor.name} keeps something in a database, and the log is in memory. Remove ` +
      "store: 'memory' from EventSourcingModule.forRoot(…) and import TypeOrmModule.forRoot(…).",
  ]);
}
