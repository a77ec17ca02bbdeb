import { Logger } from '@nestjs/common';
import { runInNewContext } from '../context/message-context.js';
import { Alarm } from './alarm.js';
import { type BatchCommit } from './batch-commit.js';
import { BATCH, Caution } from './caution.js';
import { assertUpToDate, Checkpoint, isOutdated } from './checkpoint.js';
import { EventBatch, readBatch } from './event-batch.js';
import { ProcessingSupport } from './processing-support.js';
import { Processor } from './processor.js';
import { ProcessorHandle } from './processor-handle.js';
import { ProcessorState, ProcessorStatus } from './processor-status.js';
import { Progress } from './progress.js';
import { type Rest, type Setback, Setbacks } from './setbacks.js';
import { standingOf, statusOf } from './standing.js';
import { wantedBy } from './wanted-events.js';

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

/**
 * Runs one processor, turn by turn. A turn reads the checkpoint; takes the lease, or stands by while another process
 * has it; and handles one batch from the checkpoint on. As it always asks the log, it cannot miss what is appended
 * between catching up and going live; being rung is only a reason to ask earlier.
 */
export class ProcessorLoop implements ProcessorHandle {
  private readonly alarm = new Alarm();
  private readonly progress = new Progress(() => this.alarm.ring());
  private readonly commits: BatchCommit;
  private readonly caution = new Caution();
  private readonly setbacks: Setbacks;
  private state: ProcessorState = 'stopped';
  private isStopping = false;
  private running: Promise<void> = Promise.resolve();
  private lastTurn: Promise<unknown> = Promise.resolve();
  /** Of the lease under which it was found out how carefully to go on. */
  private token = 0;

  constructor(
    private readonly processor: Processor,
    private readonly support: ProcessingSupport,
  ) {
    this.commits = support.commitsOf(processor);
    const logger = new Logger(processor.constructor.name);
    this.setbacks = new Setbacks(
      processor,
      support,
      this.commits,
      this.caution,
      this.alarm,
      logger,
    );
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

  hasReached(position: number): boolean {
    return this.progress.position >= position;
  }

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
        if ((await this.commits.handle(batch, checkpoint, { evenIfPaused: true })) === undefined)
          continue;
        this.progress.follow(batch.through);
        return batch.events.length;
      }
    });
  }

  async setPaused(isPaused: boolean): Promise<void> {
    const { checkpoints, database } = this.support;
    const first = await this.first();
    await database.transactions.run(async (manager) => {
      await checkpoints.setPaused(this.processor.name, isPaused, first, manager);
      await database.watch.announce(manager);
    });
    this.alarm.ring();
  }

  async status(): Promise<ProcessorStatus> {
    const standing = await standingOf(this.processor, this.support, this.progress.position);
    const { checkpoint } = standing;
    const isPaused = checkpoint.isPaused && this.state !== 'stopped';
    return statusOf(this.processor, standing, {
      state: isPaused ? 'paused' : this.state,
      isOwner: this.support.leases.isHeld(checkpoint),
      lastError: this.setbacks.lastError,
    });
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
      if (held && !held.isPaused) return await this.proceed(held, seen);
      if (isOutdated(this.processor, seen)) return await this.standBy(seen, 'outdated');
      return await this.standBy(held ?? seen, held ? 'paused' : 'standby');
    } catch (error) {
      return this.after(this.setbacks.outage(error, this.progress.position));
    }
  }

  private async proceed(held: Checkpoint, seen: Checkpoint): Promise<Rest> {
    if (held.token === this.token) return this.handleNext(held);
    // Whoever stops gives the lease back: it has no owner then.
    const wasLost = seen.token !== held.token && seen.owner !== null;
    const noted = await this.commits.noted(held);
    const tried = this.caution.takeOver(noted, wasLost, this.support.clock.now());
    this.token = held.token;
    return tried && this.after(this.setbacks.takenOver(tried));
  }

  private async handleNext(held: Checkpoint): Promise<Rest> {
    const head = await this.support.feed.head();
    const limit = this.caution.limitAfter(held.position);
    const batch = this.caution.narrow(await this.next(held, limit, head));
    if (batch.events.length > 0 || batch.through - held.position >= IDLE_CHECKPOINT_EVERY) {
      const setback = await this.handle(batch, held);
      if (setback) return this.after(setback);
      this.progress.follow(batch.through);
    } else this.setbacks.overcome(false);
    this.caution.passed(batch.through);
    this.progress.reach(batch.through);
    this.state = batch.through < head ? 'catching-up' : 'live';
    return this.state === 'live' ? () => this.untilAppended() : undefined;
  }

  /** @returns undefined when the batch is handled */
  private async handle(batch: EventBatch, held: Checkpoint): Promise<Setback | undefined> {
    const attempt = this.caution.next(batch);
    const { attempts, failure } = attempt;
    if (failure && this.setbacks.isTooDangerous(attempt)) {
      return this.setbacks.park(batch, { ...failure, attempts: attempts - 1 }, held);
    }
    if (this.caution.isWorthNoting(attempt) && !(await this.commits.note(attempt, held))) return {};
    try {
      const handled = await this.commits.handle(batch, held, { attempts });
      if (handled === undefined) return {};
      this.setbacks.overcome(handled > 0);
      return undefined;
    } catch (error) {
      return this.setbacks.failed(error, attempt, batch, held);
    }
  }

  private after({ state, backTo, rest }: Setback): Rest {
    if (state) this.state = state;
    if (backTo !== undefined) this.progress.follow(backTo);
    return rest;
  }

  /** Leaves the work to another process, or to later, and learns how far it is when somebody waits for that. */
  private async standBy(seen: Checkpoint, state: 'standby' | 'paused' | 'outdated'): Promise<Rest> {
    this.state = state;
    this.setbacks.overcome(false);
    if (this.progress.isAwaited) {
      const { events, through } = await this.next(seen, 1);
      this.progress.reach(events.length > 0 ? events[0].position - 1 : through);
    }
    const gapMs = () => (this.progress.isAwaited ? LOOK_MS.awaited : LOOK_MS.otherwise);
    const lookMs = Math.min(this.support.leaseMs / RENEWALS_A_LEASE, Math.max(0, seen.leaseLeftMs));
    return () => this.alarm.rest(this.progress.isAwaited ? LOOK_MS.awaited : lookMs, gapMs);
  }

  private untilAppended(): Promise<void> {
    const { isLive } = this.support.feed;
    const pollMs = isLive ? POLL_BESIDE_WATCH_MS : POLL_MS;
    return this.alarm.rest(pollMs, () => (this.progress.isAwaited ? 0 : GATHER_MS));
  }

  private hold(seen: Checkpoint): Promise<Checkpoint | undefined> {
    const { name, version } = this.processor;
    return this.support.leases.hold(name, seen, () => this.first(), version);
  }

  private first(): Promise<number> {
    return this.processor.startsAt === 'now'
      ? this.support.store.headPosition()
      : Promise.resolve(0);
  }

  /** What comes after a checkpoint, or after what is known to be unwanted behind it. */
  private async next({ position }: Checkpoint, limit: number, upTo?: number): Promise<EventBatch> {
    const { store } = this.support;
    const head = upTo ?? (await store.headPosition());
    // A log that was restored may end before what was known of it.
    const known = this.progress.position <= head ? this.progress.position : 0;
    const after = Math.max(position, known);
    return readBatch(store, wantedBy(this.processor), { after, head, limit });
  }

  /** One turn at a time, in a context of its own. */
  private alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.lastTurn.then(() => runInNewContext({}, work));
    this.lastTurn = result.catch(() => undefined);
    return result;
  }
}
