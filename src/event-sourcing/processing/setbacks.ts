import type { Logger } from '@nestjs/common';
import type { Alarm } from './alarm.js';
import type { Attempt } from './attempt-table.js';
import { type BatchCommit, ParkingFullError } from './batch-commit.js';
import type { Caution } from './caution.js';
import type { Checkpoint } from './checkpoint.js';
import { type EventBatch, readBatch } from './event-batch.js';
import { ForwardingProcessor } from './forwarding-processor.js';
import { Failures, messageOf } from './failures.js';
import { Mistakes } from './mistakes.js';
import type { EventFailure } from './parked-event-table.js';
import type { ProcessingSupport } from './processing-support.js';
import type { Processor } from './processor.js';
import type { ProcessorState } from './processor-status.js';
import { wantedBy } from './wanted-events.js';

/** What to do before the next turn; undefined is nothing. */
export type Rest = (() => Promise<void>) | undefined;

/** What something that went wrong comes to; without a state, the processor goes on at once. */
export interface Setback {
  readonly state?: ProcessorState;
  /** Where the checkpoint has gone back to. */
  readonly backTo?: number;
  readonly rest?: Rest;
}

const GO_ON: Setback = {};

/** A migration or the next version of the program may be on its way: mistakes are tried so many times as often. */
const PATIENCE_WITH_MISTAKES = 3;
const POLL_MS = 200;
const POLL_BESIDE_WATCH_MS = 1_000;

/** Decides what becomes of a batch that could not be handled: it is tried again, parked, or waited with. */
export class Setbacks {
  private readonly failures = new Failures();
  private readonly mistakes = new Mistakes();
  private isStalled = false;

  constructor(
    private readonly processor: Processor,
    private readonly support: ProcessingSupport,
    private readonly commits: BatchCommit,
    private readonly caution: Caution,
    private readonly alarm: Alarm,
    private readonly logger: Logger,
  ) {}

  get lastError(): string | undefined {
    return this.failures.lastError;
  }

  /** @param handled whether an event was handled since, and not only parked behind another */
  overcome(handled: boolean): void {
    this.failures.clear();
    this.isStalled = false;
    if (handled) this.mistakes.clear();
  }

  /** Something other than an event is at fault. */
  outage(error: unknown, position: number): Setback {
    this.isStalled = false;
    const isKnown =
      this.processor instanceof ForwardingProcessor && this.failures.lastError === messageOf(error);
    const delayMs = this.support.retry.delayMs(this.failures.ofSomethingElse(error));
    // Another system may be away for hours. The status goes on telling it; a log that repeats it hides everything else.
    return isKnown ? this.restFor(delayMs) : this.tryAgain(error, position, delayMs);
  }

  /** Another process has tried the next event before this one took over. */
  takenOver({ attempts, failure }: Attempt): Setback {
    if (failure) this.failures.ofEvent(failure.error);
    // Of the processors that a poison event has ended together, each soon gets its turn before the one that dies of it.
    return this.restFor(this.support.retry.delayMs(attempts));
  }

  /** Whether an event has ended so many processes that it is not tried again. */
  isTooDangerous({ losses }: Attempt): boolean {
    return losses >= this.support.retry.attempts;
  }

  /** @throws the error, when the event is not at fault */
  async failed(
    error: unknown,
    attempt: Attempt,
    batch: EventBatch,
    held: Checkpoint,
  ): Promise<Setback> {
    const [event, ...others] = batch.events;
    if (!event || this.support.isOutage(error, event)) throw error;
    if (others.length === 0 && error instanceof ParkingFullError) return this.stall(error.message);
    const failure = this.caution.failed(attempt, messageOf(error), this.support.clock.now());
    if (others.length > 0) return GO_ON;
    this.failures.ofEvent(failure.error);
    if (!this.caution.isWorthNoting(attempt)) {
      await this.commits.note({ ...attempt, failure }, held);
    }
    const isHopeless = this.support.isUnrecoverable(error);
    const isMistake = !isHopeless && this.support.isMistake(error);
    if (!isMistake) this.mistakes.clear();
    const { retry } = this.support;
    const tries = isMistake ? retry.attempts * PATIENCE_WITH_MISTAKES : retry.attempts;
    const patience = isHopeless ? 1 : tries;
    if (attempt.attempts < patience && !this.mistakes.hasAny) {
      return this.tryAgain(error, held.position, retry.delayMs(attempt.attempts));
    }
    if (isMistake) this.mistakes.add(held.position);
    return this.mistakes.areTooMany
      ? this.waitForRepair(failure.error, event.position, held)
      : this.park(batch, { ...failure, attempts: attempt.attempts }, held);
  }

  /** Sets aside the one event of a batch. */
  async park(batch: EventBatch, failure: EventFailure, held: Checkpoint): Promise<Setback> {
    try {
      if (!(await this.commits.park(batch, failure, held))) return GO_ON;
    } catch (error) {
      if (error instanceof ParkingFullError) return this.stall(error.message);
      throw error;
    }
    const [{ type, stream, position }] = batch.events;
    this.logger.error(
      `Processor "${this.processor.name}" has parked "${type}" at position ${position}, and with it what follows in ` +
        `"${stream}", after ${failure.attempts} ${failure.attempts === 1 ? 'attempt' : 'attempts'}: ${failure.error}`,
    );
    this.overcome(false);
    this.caution.passed(batch.through);
    return GO_ON;
  }

  /**
   * The tables or the code are at fault, and most events would be parked. A migration or the next version of the program
   * sets that right, without anybody who retries them: those that were parked for it are taken back.
   */
  private async waitForRepair(error: string, through: number, held: Checkpoint): Promise<Setback> {
    const { startedAfter: after } = this.mistakes;
    const { store, maxParkedEvents: limit } = this.support;
    const range = { after, head: held.position, limit };
    const { events } = await readBatch(store, wantedBy(this.processor), range);
    const isBack = events.length > 0 && (await this.commits.takeBack(after, events.length, held));
    this.caution.stepThrough(through);
    const stalled = this.stall(
      `One event after the other fails, whatever it says: ${error}. This is a mistake in the SQL of the processor, or in ` +
        'the tables it is for. Run the migration that is missing (is it listed in forFeature(…, { migrations })?), or ' +
        'correct the statement. It is tried again now and then, and goes on by itself.',
    );
    return isBack ? { ...stalled, backTo: after } : stalled;
  }

  private stall(message: string): Setback {
    if (!this.isStalled) {
      this.logger.error(`Processor "${this.processor.name}" has stalled: ${message}`);
    }
    this.isStalled = true;
    this.failures.ofEvent(message);
    return {
      state: 'stalled',
      rest: () => this.alarm.rest(POLL_BESIDE_WATCH_MS, () => POLL_MS),
    };
  }

  private tryAgain(error: unknown, position: number, delayMs: number): Setback {
    this.logger.error(
      `Processor "${this.processor.name}" failed after position ${position}, and tries again in ${delayMs} ms: ` +
        messageOf(error),
      error instanceof Error ? error.stack : undefined,
    );
    return this.restFor(delayMs);
  }

  private restFor(delayMs: number): Setback {
    return { state: 'retrying', rest: () => this.alarm.sleep(delayMs) };
  }
}
