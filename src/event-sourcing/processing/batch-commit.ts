import type { EntityManager } from 'typeorm';
import { EventSerializer } from '../events/event-serializer.js';
import type { RecordedEvent } from '../store/recorded-event.js';
import type { TransactionRunner } from '../store/typeorm/transaction-runner.js';
import { Attempt, AttemptTable } from './attempt-table.js';
import { Checkpoint } from './checkpoint.js';
import { Checkpoints } from './checkpoints.js';
import { EventBatch } from './event-batch.js';
import { EventFailure, ParkedEventTable } from './parked-event-table.js';
import { EffectProcessor, type Trial } from './effect-processor.js';
import { ForwardingProcessor } from './forwarding-processor.js';
import { performSideBySide } from './perform-side-by-side.js';
import { Processor } from './processor.js';
import type { EventEnvelope } from '../events/event-envelope.js';
import type { Instruments } from '../instrumentation/instruments.js';

/** No more events may be parked, so that nothing can be handled without losing the order of a stream. */
export class ParkingFullError extends Error {
  constructor(maxParkedEvents: number) {
    super(
      `${maxParkedEvents} events are parked, and more may not be. Retry or skip some, or raise maxParkedEvents.`,
    );
  }
}

/** What a `BatchCommit` may park, and how long its transactions may go without renewing the lease. */
export interface BatchLimits {
  readonly maxParkedEvents: number;
  readonly renewAfterMs: number;
}

/** How a batch comes to be handled. */
export interface Handling {
  /** How often its events have been tried, this time included. @default 1 */
  readonly attempts?: number;
  /** Also while the processor is paused. @default false */
  readonly evenIfPaused?: boolean;
}

/**
 * The transactions of a processor. Each moves the checkpoint, under the fencing token, over the events of a batch, and
 * writes what they mean; those of streams with parked events are parked behind them instead.
 */
export class BatchCommit {
  /** Whether there may be a note of a try. */
  private isNoted = false;

  constructor(
    private readonly processor: Processor,
    private readonly serializer: EventSerializer,
    private readonly transactions: TransactionRunner,
    private readonly checkpoints: Checkpoints,
    private readonly parked: ParkedEventTable,
    private readonly attempts: AttemptTable,
    private readonly limits: BatchLimits,
    private readonly isOutage: Trial['isOutage'],
    private readonly instruments: Instruments,
  ) {}

  /**
   * @returns how many of the events were handled, while the others were parked; undefined when the checkpoint is not where
   * it was seen, or the lease is somebody else's: nothing was written.
   * @throws what the processor or an upcaster throws, ParkingFullError; nothing was written.
   */
  handle(
    batch: EventBatch,
    seen: Checkpoint,
    handling: Handling = {},
  ): Promise<number | undefined> {
    const work = (): Promise<number | undefined> => this.handleNow(batch, seen, handling);
    const { length } = batch.events;
    return length === 0 ? work() : this.instruments.timeBatch(this.processor.name, length, work);
  }

  private async handleNow(
    batch: EventBatch,
    seen: Checkpoint,
    { attempts = 1, evenIfPaused = false }: Handling,
  ): Promise<number | undefined> {
    await this.perform(batch.events, seen, attempts);
    let handled = 0;
    const isDone = await this.advance(batch, seen, evenIfPaused, async (parked, manager) => {
      handled = await this.handleWithin(batch.events, parked, manager);
    });
    return isDone ? handled : undefined;
  }

  /**
   * Handles events in a transaction that holds the checkpoint, and has moved it over them.
   *
   * @param parked how many events are parked
   * @returns how many of the events were handled, while the others were parked
   * @throws what the processor or an upcaster throws, ParkingFullError; then the transaction must be rolled back.
   */
  async handleWithin(
    batch: readonly RecordedEvent[],
    parked: number,
    manager: EntityManager,
  ): Promise<number> {
    const events = parked === 0 ? batch : await this.parkBehind(batch, parked, manager);
    if (this.processor instanceof ForwardingProcessor) return events.length;
    const envelopes = events.flatMap((event) => this.serializer.deserialize(event));
    if (envelopes.length > 0)
      await this.trace(envelopes, () => this.processor.handleBatch(envelopes, manager));
    return events.length;
  }

  /** Parks the one event of a batch that has failed. @returns false when nothing was written, as for `handle` */
  park(batch: EventBatch, failure: EventFailure, seen: Checkpoint): Promise<boolean> {
    return this.advance(batch, seen, false, (parked, manager) =>
      this.add(batch.events, failure, parked, manager),
    );
  }

  /**
   * Notes a try before it begins, for whoever takes over if it does not end. The note is removed in the transaction in
   * which its events are handled or parked.
   *
   * @returns false when nothing was written, as for `handle`
   */
  async note(attempt: Attempt, seen: Checkpoint): Promise<boolean> {
    const here = { events: [], through: seen.position };
    const isNoted = await this.advance(here, seen, false, (_, manager) =>
      this.attempts.write(this.processor.name, attempt, manager),
    );
    this.isNoted ||= isNoted;
    return isNoted;
  }

  /** The try that was begun last by whatever process, if it was noted and is not over. */
  async noted({ position }: Checkpoint): Promise<Attempt | undefined> {
    const attempt = await this.attempts.read(this.processor.name);
    this.isNoted = attempt !== undefined;
    return attempt && attempt.position > position ? attempt : undefined;
  }

  /**
   * Goes back to `after`, as if nothing behind it had been parked.
   *
   * @param events how many the processor wants, from there up to its checkpoint
   * @returns false when not all of these are parked any more, or as for `handle`: nothing was written.
   */
  async takeBack(after: number, events: number, seen: Checkpoint): Promise<boolean> {
    const { name } = this.processor;
    return this.advance({ events: [], through: after }, seen, false, async (_, manager) => {
      const removed = await this.parked.removeAfter(name, after, manager);
      if (removed !== events) throw new OvertakenError();
      await this.checkpoints.countParked(name, -removed, manager);
    });
  }

  /** What reaches beyond the transaction comes before it. Events that wait behind a parked one have to wait here, too. */
  private async perform(
    events: readonly RecordedEvent[],
    seen: Checkpoint,
    attempts: number,
  ): Promise<void> {
    const { processor, isOutage } = this;
    const isEffect = processor instanceof EffectProcessor;
    if (!isEffect && !(processor instanceof ForwardingProcessor)) return;
    if (events.length === 0) return;
    const keys = events.map((event) => this.keyOf(event));
    const blocked =
      seen.parked > 0 ? await this.parked.streamsAmong(keys, processor.name) : new Set();
    const free = events.filter((_, index) => !blocked.has(keys[index]));
    const todo = isEffect ? free.flatMap((event) => this.serializer.deserialize(event)) : free;
    if (todo.length === 0) return;
    const trial = { attempts, isOutage };
    await this.trace(todo, () =>
      isEffect
        ? performSideBySide(processor, todo as readonly EventEnvelope[], trial)
        : processor.forward(free, trial),
    );
  }

  private keyOf(event: RecordedEvent): string {
    if (!(this.processor instanceof EffectProcessor)) return event.stream;
    try {
      const [envelope] = this.serializer.deserialize(event);
      return envelope ? this.processor.keyOf(envelope) : event.stream;
    } catch {
      // It cannot be read; whoever handles it says why.
      return event.stream;
    }
  }

  private trace<T>(
    envelopes: readonly Pick<RecordedEvent, 'metadata'>[],
    work: () => Promise<T>,
  ): Promise<T> {
    const causes = new Set(envelopes.flatMap(({ metadata }) => metadata.traceparent ?? []));
    const step = {
      name: `handle ${this.processor.name}`,
      attributes: { 'hindsight.events': envelopes.length },
      causes: [...causes],
    };
    return this.instruments.trace(step, work);
  }

  private async advance(
    { through }: EventBatch,
    seen: Checkpoint,
    evenIfPaused: boolean,
    work: (parked: number, manager: EntityManager) => Promise<void>,
  ): Promise<boolean> {
    const { name } = this.processor;
    try {
      await this.transactions.run(async (manager) => {
        const startedAt = performance.now();
        const parked = await this.checkpoints.advance(name, seen, through, manager, evenIfPaused);
        if (parked === undefined) throw new OvertakenError();
        if (this.isNoted) await this.attempts.remove(name, manager);
        await work(parked, manager);
        const tookMs = performance.now() - startedAt;
        if (tookMs > this.limits.renewAfterMs) await this.checkpoints.renew(name, manager);
      });
      this.isNoted = false;
      return true;
    } catch (error) {
      if (error instanceof OvertakenError) return false;
      throw error;
    }
  }

  /** @returns the events of all other streams. */
  private async parkBehind(
    events: readonly RecordedEvent[],
    parked: number,
    manager: EntityManager,
  ): Promise<readonly RecordedEvent[]> {
    const keys = events.map((event) => this.keyOf(event));
    if (keys.length === 0) return [];
    const blocked = await this.parked.streamsAmong(keys, this.processor.name, manager);
    const behind = events.filter((_, index) => blocked.has(keys[index]));
    if (behind.length > 0) await this.add(behind, undefined, parked, manager);
    return events.filter((_, index) => !blocked.has(keys[index]));
  }

  private async add(
    events: readonly RecordedEvent[],
    failure: EventFailure | undefined,
    parked: number,
    manager: EntityManager,
  ): Promise<void> {
    const { maxParkedEvents } = this.limits;
    if (parked + events.length > maxParkedEvents) throw new ParkingFullError(maxParkedEvents);
    const { name } = this.processor;
    const keyed = events.map((event) => ({ ...event, stream: this.keyOf(event) }));
    const added = await this.parked.add(name, keyed, failure, manager);
    await this.checkpoints.countParked(name, added, manager);
  }
}

/** Rolls back a transaction for which something was not as it was seen. */
class OvertakenError extends Error {}
