import { Logger } from '@nestjs/common';
import {
  type Clock,
  type ExclusiveWork,
  LeaseLostError,
  type RetryPolicy,
  type WorkLease,
} from '../../event-sourcing/index.js';
import type { EventBroker, IncomingMessages } from '../broker/event-broker.js';
import type { ConsumerOptions } from './consumer-options.js';
import type { EventHandling, PlacedEvent } from './event-handling.js';
import { Pauses } from './pauses.js';
import { receive } from './received-event.js';

const BATCH = 100;
/** How long it waits for a message until it sees to its lease. */
const LOOK_MS = 500;
const FORGETS_EVERY_MS = 600_000;
const DEFAULT_INBOX_KEEPS_MS = 7 * 24 * 3_600_000;
const LOST = 'The process that handled it ended, or stood still, before it was done.';

/** What a consumer is doing. */
export interface ConsumerStatus {
  /** `consuming`; `standby` while another process has the lease; `retrying` after a failure; `stopped`. */
  readonly state: 'consuming' | 'standby' | 'retrying' | 'stopped';
  /** What it is waiting for to be over, while it is. */
  readonly lastError?: string;
}

/**
 * Consumes events in one process at a time. What failed as one batch is tried event by event; what fails by itself, time
 * after time, becomes a dead letter, behind which the later events of its key wait while others go on.
 */
export class EventConsumer {
  private readonly logger = new Logger(EventConsumer.name);
  private readonly pauses = new Pauses();
  private running: Promise<void> = Promise.resolve();
  private current: ConsumerStatus = { state: 'stopped' };
  private failures = 0;
  private lastForgotten = 0;
  /** How many messages are tried one by one, as one of them may have ended the process that had them. */
  private careful = 0;

  constructor(
    private readonly options: ConsumerOptions,
    private readonly broker: EventBroker,
    private readonly handling: EventHandling,
    private readonly work: ExclusiveWork,
    private readonly retries: RetryPolicy,
    private readonly clock: Clock,
  ) {}

  get status(): ConsumerStatus {
    return this.current;
  }

  start(): void {
    this.running = this.run();
  }

  /** Resolves when nothing is under way any more, and another process may go on. */
  async stop(): Promise<void> {
    this.pauses.stop();
    await this.running;
    this.current = { state: 'stopped' };
  }

  private async run(): Promise<void> {
    while (!this.pauses.isStopped) {
      try {
        const lease = await this.work.hold(workOf(this.options.name));
        if (lease) await this.consume(lease);
        else {
          this.current = { state: 'standby' };
          await this.pauses.rest(LOOK_MS);
        }
      } catch (error) {
        await this.recover(error);
      }
    }
  }

  private async consume(lease: WorkLease): Promise<void> {
    if (lease.wasLost) this.careful = BATCH;
    const { name: consumer, topics } = this.options;
    const after = await this.handling.place();
    const messages = await this.broker.subscribe({ consumer, topics, after });
    try {
      this.current = { state: 'consuming' };
      let held: WorkLease | undefined = lease;
      while (held && held.token === lease.token && !this.pauses.isStopped) {
        await this.takeSome(messages, lease);
        held = await this.work.hold(lease.name);
      }
    } finally {
      await messages.close();
    }
    if (this.pauses.isStopped) await this.work.giveBack(lease);
  }

  private async takeSome(messages: IncomingMessages, lease: WorkLease): Promise<void> {
    const came = (await messages.next(BATCH, LOOK_MS)).map(receive);
    for (const part of this.handling.partsOf(came)) {
      if (!(await this.settle(part, lease))) return;
      messages.done(part[part.length - 1].message.place);
      this.failures = 0;
      this.current = { state: 'consuming' };
    }
    await this.forget(lease);
  }

  /** @returns false when it has to stop before */
  private async settle(part: readonly PlacedEvent[], lease: WorkLease): Promise<boolean> {
    if (this.careful === 0) {
      try {
        await this.handling.handle(part, lease);
        return true;
      } catch (error) {
        if (this.isAboutNoEvent(error)) throw error;
      }
    }
    for (const event of part) {
      if (!(await this.settleOne(event, lease))) return false;
      this.careful = Math.max(0, this.careful - 1);
    }
    return true;
  }

  private async settleOne(event: PlacedEvent, lease: WorkLease): Promise<boolean> {
    let attempts = await this.handling.triesOf(event);
    let error: unknown = new Error(LOST);
    while (!this.pauses.isStopped) {
      if (attempts >= this.retries.attempts || this.work.isUnrecoverable(error)) {
        await this.bury(event, { error, attempts }, lease);
        return true;
      }
      attempts += 1;
      await this.handling.noteTry(event, attempts, lease);
      try {
        await this.handling.handle([event], lease, attempts);
        return true;
      } catch (thrown) {
        if (this.isAboutNoEvent(thrown)) {
          await this.handling.noteTry(event, attempts - 1, lease);
          throw thrown;
        }
        error = thrown;
        await this.waitAfter(error, attempts);
      }
    }
    return false;
  }

  private async bury(
    event: PlacedEvent,
    { error, attempts }: { readonly error: unknown; readonly attempts: number },
    lease: WorkLease,
  ): Promise<void> {
    const message = messageOf(error);
    await this.handling.bury(event, { error: message, attempts, at: this.clock.now() }, lease);
    this.logger.error(
      `"${event.event?.type}" from ${event.message.origin} is a dead letter, and so is what follows in "${event.key}", ` +
        `after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}: ${message}`,
    );
  }

  private async waitAfter(error: unknown, attempts: number): Promise<void> {
    if (attempts >= this.retries.attempts || this.work.isUnrecoverable(error)) return;
    this.current = { state: 'retrying', lastError: messageOf(error) };
    await this.pauses.rest(this.retries.delayMs(attempts));
  }

  private async recover(error: unknown): Promise<void> {
    if (this.pauses.isStopped) return;
    const lastError = messageOf(error);
    if (lastError !== this.current.lastError && !(error instanceof LeaseLostError)) {
      this.logger.error(`The consumer "${this.options.name}" waits, and tries again: ${lastError}`);
    }
    this.failures += 1;
    this.current = { state: 'retrying', lastError };
    await this.pauses.rest(this.retries.delayMs(this.failures));
  }

  private async forget(lease: WorkLease): Promise<void> {
    const now = this.clock.now().getTime();
    if (now - this.lastForgotten < FORGETS_EVERY_MS) return;
    const keepsMs = this.options.inboxKeepsMs ?? DEFAULT_INBOX_KEEPS_MS;
    await this.handling.forget(new Date(now - keepsMs), lease);
    this.lastForgotten = now;
  }

  private isAboutNoEvent(error: unknown): boolean {
    return error instanceof LeaseLostError || this.work.isOutage(error);
  }
}

/** The work of a consumer, by which its lease is named. */
export function workOf(consumer: string): string {
  return `consumer:${consumer}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
