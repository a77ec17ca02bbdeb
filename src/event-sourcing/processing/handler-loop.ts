import { Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { runInNewContext } from '../context/message-context.js';
import { EventEnvelope } from '../events/event-envelope.js';
import { EventSerializer } from '../events/event-serializer.js';
import { EventStore } from '../store/event-store.js';
import type { TracedStep } from '../instrumentation/instrumentation.js';
import type { Instruments } from '../instrumentation/instruments.js';
import { TransactionRunner } from '../store/typeorm/transaction-runner.js';
import { CheckpointedHandler } from './checkpointed-handler.js';
import { Checkpoints } from './checkpoints.js';

const BATCH = 500;
const POLL_MS = 200;
/** While events keep coming, batches start this far apart, unless somebody waits: each costs a durable commit. */
const GATHER_MS = 20;
const FIRST_RETRY_MS = 200;
const MAX_RETRY_MS = 10_000;
/** A checkpoint moves past events that are not wanted only every so many: it is a write. */
const IDLE_CHECKPOINT_EVERY = 10_000;

/** How far a handler has come, and what holds it up. */
export interface HandlerStatus {
  readonly name: string;
  /** Everything up to here that the handler wants is in the database. */
  readonly position: number;
  readonly lastError?: string;
}

/** Runs one handler from its checkpoint on: batch after batch while there is a backlog, then as events come. */
export class HandlerLoop {
  private readonly logger: Logger;
  private readonly stopping = new AbortController();
  private readonly waiters = new Set<() => void>();
  private wake: () => void = () => undefined;
  private woken = false;
  private batchStartedAt = 0;
  private running: Promise<void> = Promise.resolve();
  private position = 0;
  private lastCheckpoint = 0;
  private lastError: string | undefined;

  constructor(
    private readonly handler: CheckpointedHandler,
    private readonly store: EventStore,
    private readonly serializer: EventSerializer,
    private readonly transactions: TransactionRunner,
    private readonly checkpoints: Checkpoints,
    private readonly instruments: Instruments,
  ) {
    this.logger = new Logger(handler.constructor.name);
  }

  get status(): HandlerStatus {
    return { name: this.handler.name, position: this.position, lastError: this.lastError };
  }

  start(): void {
    this.running = this.run();
  }

  /** Resolves when the batch under way is committed or rolled back. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.signal();
    await this.running;
  }

  /** Says that there may be something new; without it the loop looks every 200 ms. */
  signal(): void {
    this.woken = true;
    this.wake();
  }

  /** @returns whether everything up to `position` is in the database, as soon as it is or after `timeoutMs`. */
  async reached(position: number, timeoutMs: number): Promise<boolean> {
    if (this.position >= position) return true;
    const timeout = AbortSignal.timeout(timeoutMs);
    return new Promise((resolve) => {
      const settle = (): void => {
        const reached = this.position >= position;
        if (!reached && !timeout.aborted) return;
        this.waiters.delete(settle);
        timeout.removeEventListener('abort', settle);
        resolve(reached);
      };
      this.waiters.add(settle);
      timeout.addEventListener('abort', settle);
      this.signal();
    });
  }

  private async run(): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (!this.stopping.signal.aborted) {
      try {
        this.woken = false;
        this.batchStartedAt = performance.now();
        const more = await runInNewContext({}, () => this.handleBatch());
        this.lastError = undefined;
        retryMs = FIRST_RETRY_MS;
        if (!more) await this.untilThereIsWork();
      } catch (error) {
        this.lastError = error instanceof Error ? error.message : String(error);
        this.logger.error(
          `Handler "${this.handler.name}" failed after position ${this.position}, and tries again in ` +
            `${retryMs} ms: ${this.lastError}`,
          error instanceof Error ? error.stack : undefined,
        );
        await delay(retryMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
        retryMs = Math.min(MAX_RETRY_MS, retryMs * 2);
      }
    }
  }

  /** @returns whether there is more to do at once. */
  private async handleBatch(): Promise<boolean> {
    const checkpoint = await this.checkpoints.read(this.handler.name);
    // A database that was restored, or lost a commit, has its own word for how far this has come.
    if (checkpoint < this.lastCheckpoint) this.position = checkpoint;
    this.lastCheckpoint = checkpoint;
    const head = await this.store.headPosition();
    if (checkpoint > this.position) this.reach(checkpoint);
    const after = Math.max(checkpoint, this.position);
    if (head <= after) return false;

    const batch: EventEnvelope[] = [];
    let last = 0;
    let raw = 0;
    const types = this.handler.eventTypes;
    for await (const recorded of this.store.readLog({ after, upTo: head, types, limit: BATCH })) {
      last = recorded.position;
      raw += 1;
      batch.push(...this.serializer.deserialize(recorded));
    }
    const through = raw < BATCH ? head : last;
    if (batch.length > 0 || through - checkpoint >= IDLE_CHECKPOINT_EVERY) {
      const done = await this.commit(batch, checkpoint, through);
      if (!done) return true;
      this.lastCheckpoint = through;
    }
    this.reach(through);
    return through < head;
  }

  /** @returns false when another process has handled these events first; then nothing was written. */
  private async commit(
    batch: readonly EventEnvelope[],
    from: number,
    to: number,
  ): Promise<boolean> {
    try {
      await this.handler.prepareBatch(batch);
      await this.transactions.run(async (manager) => {
        if (!(await this.checkpoints.advance(this.handler.name, from, to, manager))) {
          throw new OvertakenError();
        }
        await this.instruments.trace(this.stepOf(batch), () =>
          this.handler.handleBatch(batch, manager),
        );
      });
      return true;
    } catch (error) {
      if (error instanceof OvertakenError) return false;
      throw error;
    }
  }

  private stepOf(batch: readonly EventEnvelope[]): TracedStep {
    const causes = new Set(batch.flatMap(({ metadata }) => metadata.traceparent ?? []));
    return {
      name: `handle ${this.handler.name}`,
      attributes: { 'hindsight.events': batch.length },
      causes: [...causes],
    };
  }

  private reach(position: number): void {
    this.position = position;
    for (const settle of [...this.waiters]) settle();
  }

  private async untilThereIsWork(): Promise<void> {
    if (!this.woken) await this.untilSignalled(POLL_MS);
    while (this.waiters.size === 0) {
      const leftMs = this.batchStartedAt + GATHER_MS - performance.now();
      if (leftMs <= 0 || this.stopping.signal.aborted) return;
      await this.untilSignalled(leftMs);
    }
  }

  private async untilSignalled(timeoutMs: number): Promise<void> {
    if (this.stopping.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = () => undefined;
  }
}

/** Rolls back the transaction of a batch that another process has committed. */
class OvertakenError extends Error {}
