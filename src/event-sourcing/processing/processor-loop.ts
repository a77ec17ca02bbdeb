import { Logger } from '@nestjs/common';
import { runInNewContext } from '../context/message-context.js';
import { Alarm } from './alarm.js';
import { type BatchCommit, ParkingFullError } from './batch-commit.js';
import { assertUpToDate, Checkpoint, isOutdated } from './checkpoint.js';
import { EventBatch, readBatch } from './event-batch.js';
import { Failures, messageOf } from './failures.js';
import { EventFailure } from './parked-event-table.js';
import { ProcessingSupport } from './processing-support.js';
import { Processor } from './processor.js';
import { ProcessorState, ProcessorStatus } from './processor-status.js';
import { Progress } from './progress.js';

/** Large, because each batch is a durable commit; small enough that its events are little to hold in memory. */
const BATCH = 2_000;
const POLL_MS = 200;
/** When somebody says that there is something new, looking is only for what was not heard. */
const POLL_BESIDE_WATCH_MS = 1_000;
/** While events keep coming, batches start this far apart, unless somebody waits: each costs a durable commit. */
const GATHER_MS = 20;
/** How far apart a process that does not run the processor looks at how far another one is, if somebody waits or not. */
const LOOK_MS = { awaited: 10, otherwise: 100 };
/** A checkpoint moves past events that are not wanted only every so many: it is a write. */
const IDLE_CHECKPOINT_EVERY = 10_000;
const RENEWALS_A_LEASE = 3;

/** What to do before the next turn; undefined is nothing. */
type Rest = (() => Promise<void>) | undefined;

/**
 * Runs one processor, turn by turn. A turn reads the checkpoint; takes the lease, or stands by while another process
 * has it; and handles one batch from the checkpoint on. As it always asks the log, it cannot miss what is appended
 * between catching up and going live; being rung is only a reason to ask earlier.
 */
export class ProcessorLoop {
  private readonly logger: Logger;
  private readonly alarm = new Alarm();
  private readonly progress = new Progress(() => this.alarm.ring());
  private readonly failures: Failures;
  private readonly commits: BatchCommit;
  private state: ProcessorState = 'stopped';
  private isStopping = false;
  private running: Promise<void> = Promise.resolve();
  private lastTurn: Promise<unknown> = Promise.resolve();
  /** Up to here events are handled one by one, because a batch failed. */
  private oneByOneThrough = 0;

  constructor(
    private readonly processor: Processor,
    private readonly support: ProcessingSupport,
  ) {
    this.logger = new Logger(processor.constructor.name);
    this.failures = new Failures(support.clock);
    this.commits = support.commitsOf(processor);
  }

  start(): void {
    this.state = 'catching-up';
    this.running = this.run();
  }

  /** Sees to it that there is a checkpoint, without which nothing is handled inline. */
  async makeCheckpoint(): Promise<void> {
    await this.hold(await this.support.checkpoints.read(this.processor.name));
  }

  /** Resolves when the batch under way is committed or rolled back. */
  async stop(): Promise<void> {
    this.isStopping = true;
    this.alarm.stop();
    await this.running;
    await this.lastTurn;
    this.state = 'stopped';
  }

  /** Says that there may be something new in the log. */
  appended(): void {
    if (this.state !== 'standby' && this.state !== 'paused') this.alarm.ring();
  }

  /** Says that a lease may be free, or a processor resumed. */
  changed(): void {
    this.alarm.ring();
  }

  /** @returns whether everything up to `position` is handled, as soon as it is or after `timeoutMs`. */
  reached(position: number, timeoutMs: number): Promise<boolean> {
    return this.progress.reached(position, timeoutMs);
  }

  /**
   * Handles one batch, also while paused, and without taking the processor from the process that runs it.
   * @returns how many events it had; 0 when there was nothing to do
   * @throws what the processor throws, ProcessorOutdatedError; nothing was written
   */
  runOnce(): Promise<number> {
    return this.alone(async () => {
      for (;;) {
        const seen = await this.support.checkpoints.read(this.processor.name);
        assertUpToDate(this.processor, seen);
        const checkpoint = (await this.hold(seen)) ?? seen;
        this.progress.follow(checkpoint.position);
        const batch = await this.next(checkpoint, BATCH);
        if (batch.events.length === 0) return 0;
        if (!(await this.commits.handle(batch, checkpoint, true))) continue;
        this.progress.follow(batch.through);
        return batch.events.length;
      }
    });
  }

  /** Resolves when no batch is under way, in whatever process, and none will be begun; or when some may be again. */
  async setPaused(isPaused: boolean): Promise<void> {
    const { checkpoints, database } = this.support;
    await database.transactions.run(async (manager) => {
      await checkpoints.setPaused(this.processor.name, isPaused, manager);
      await database.watch.announce(manager);
    });
    this.alarm.ring();
  }

  async status(): Promise<ProcessorStatus> {
    const { checkpoints, leases, clock } = this.support;
    const checkpoint = await checkpoints.read(this.processor.name);
    const head = await this.support.store.headPosition();
    const { events } = await this.next(checkpoint, 1, head);
    const oldest = events.at(0);
    const position = oldest ? oldest.position - 1 : head;
    const ageMs = oldest ? clock.now().getTime() - oldest.recordedAt.getTime() : 0;
    const isPaused = checkpoint.isPaused && this.state !== 'stopped';
    return {
      name: this.processor.name,
      state: isPaused ? 'paused' : this.state,
      position,
      head,
      lagEvents: head - position,
      lagSeconds: Math.max(0, ageMs / 1_000),
      parked: checkpoint.parked,
      isOwner: leases.isHeld(checkpoint),
      lastError: this.failures.lastError,
    };
  }

  private async run(): Promise<void> {
    while (!this.isStopping) {
      this.alarm.set();
      const rest = await this.alone(() => this.turn());
      await rest?.();
    }
  }

  private async turn(): Promise<Rest> {
    try {
      const seen = await this.support.checkpoints.read(this.processor.name);
      const held = await this.hold(seen);
      this.progress.follow((held ?? seen).position);
      if (held && !held.isPaused) return await this.handleNext(held);
      if (isOutdated(this.processor, seen)) return await this.standBy(seen, 'outdated');
      return await this.standBy(held ?? seen, held ? 'paused' : 'standby');
    } catch (error) {
      const delayMs = this.support.retry.delayMs(this.failures.ofSomethingElse(error));
      return this.tryAgain(error, delayMs);
    }
  }

  private async handleNext(held: Checkpoint): Promise<Rest> {
    const isOneByOne = held.position < this.oneByOneThrough;
    if (!isOneByOne) this.oneByOneThrough = 0;
    const head = await this.support.store.headPosition();
    const batch = await this.next(held, isOneByOne ? 1 : BATCH, head);
    if (batch.events.length > 0 || batch.through - held.position >= IDLE_CHECKPOINT_EVERY) {
      try {
        if (!(await this.commits.handle(batch, held))) return undefined;
      } catch (error) {
        return await this.failed(error, batch, held);
      }
      this.progress.follow(batch.through);
    }
    this.failures.clear();
    this.progress.reach(batch.through);
    this.state = batch.through < head ? 'catching-up' : 'live';
    return this.state === 'live' ? () => this.untilAppended() : undefined;
  }

  private async failed(error: unknown, batch: EventBatch, held: Checkpoint): Promise<Rest> {
    const [event, ...others] = batch.events;
    if (!event || this.support.isOutage(error)) throw error;
    const last = others.at(-1);
    if (last) {
      this.oneByOneThrough = last.position;
      return undefined;
    }
    if (error instanceof ParkingFullError) return this.stall(error);
    const failure = this.failures.ofEvent(event, error);
    const { retry } = this.support;
    if (failure.attempts < retry.attempts) {
      return this.tryAgain(error, retry.delayMs(failure.attempts));
    }
    return this.park(batch, failure, held);
  }

  private async park(batch: EventBatch, failure: EventFailure, held: Checkpoint): Promise<Rest> {
    try {
      if (!(await this.commits.park(batch, failure, held))) return undefined;
    } catch (error) {
      if (error instanceof ParkingFullError) return this.stall(error);
      throw error;
    }
    const [{ type, stream, position }] = batch.events;
    this.logger.error(
      `Processor "${this.processor.name}" has parked "${type}" at position ${position}, and with it what follows in ` +
        `"${stream}", after ${failure.attempts} attempts: ${failure.error}`,
    );
    this.failures.clear();
    this.progress.follow(batch.through);
    return undefined;
  }

  private tryAgain(error: unknown, delayMs: number): Rest {
    this.state = 'retrying';
    this.logger.error(
      `Processor "${this.processor.name}" failed after position ${this.progress.position}, and tries again in ` +
        `${delayMs} ms: ${messageOf(error)}`,
      error instanceof Error ? error.stack : undefined,
    );
    return () => this.alarm.sleep(delayMs);
  }

  private stall(error: ParkingFullError): Rest {
    if (this.state !== 'stalled') {
      this.logger.error(`Processor "${this.processor.name}" has stalled: ${error.message}`);
    }
    this.state = 'stalled';
    this.failures.ofSomethingElse(error);
    return () => this.alarm.rest(POLL_BESIDE_WATCH_MS, () => POLL_MS);
  }

  /** Leaves the work to another process, or to later, and learns how far it is when somebody waits for that. */
  private async standBy(seen: Checkpoint, state: 'standby' | 'paused' | 'outdated'): Promise<Rest> {
    this.state = state;
    this.failures.clear();
    if (this.progress.isAwaited) {
      const { events, through } = await this.next(seen, 1);
      this.progress.reach(events.length > 0 ? events[0].position - 1 : through);
    }
    const gapMs = () => (this.progress.isAwaited ? LOOK_MS.awaited : LOOK_MS.otherwise);
    const lookMs = Math.min(this.support.leaseMs / RENEWALS_A_LEASE, Math.max(0, seen.leaseLeftMs));
    return () => this.alarm.rest(this.progress.isAwaited ? LOOK_MS.awaited : lookMs, gapMs);
  }

  private untilAppended(): Promise<void> {
    const { isLive } = this.support.database.watch;
    const pollMs = isLive ? POLL_BESIDE_WATCH_MS : POLL_MS;
    return this.alarm.rest(pollMs, () => (this.progress.isAwaited ? 0 : GATHER_MS));
  }

  private hold(seen: Checkpoint): Promise<Checkpoint | undefined> {
    const { name, version, startsAt } = this.processor;
    const { leases, store } = this.support;
    const first = () => (startsAt === 'now' ? store.headPosition() : Promise.resolve(0));
    return leases.hold(name, seen, first, version);
  }

  /** What comes after a checkpoint, or after what is known to be unwanted behind it. */
  private async next({ position }: Checkpoint, limit: number, upTo?: number): Promise<EventBatch> {
    const { store } = this.support;
    const head = upTo ?? (await store.headPosition());
    // A log that was restored may end before what was known of it.
    const known = this.progress.position <= head ? this.progress.position : 0;
    const after = Math.max(position, known);
    return readBatch(store, this.processor.eventTypes, { after, head, limit });
  }

  /** One turn at a time, in a context of its own. */
  private alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.lastTurn.then(() => runInNewContext({}, work));
    this.lastTurn = result.catch(() => undefined);
    return result;
  }
}
