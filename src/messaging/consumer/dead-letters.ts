import { Inject, Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { Clock, DomainError, ExclusiveWork } from '../../event-sourcing/index.js';
import { CONSUMER_NAME, READING } from './consumer-tokens.js';
import { DeadLetter } from './dead-letter.entity.js';
import { workOf } from './event-consumer.js';
import { IntegrationHandlers } from './integration-handlers.js';
import { receive, type ReceivedEvent } from './received-event.js';

const DEFAULT_LIMIT = 100;

/** There is no such dead letter, or no longer. */
export class DeadLetterNotFoundError extends DomainError {
  readonly code = 'dead-letter-not-found';
  override readonly status = 404;

  constructor(nr: number) {
    super(`There is no dead letter ${nr}, or no longer.`);
  }
}

/** Another dead letter of the key came before. */
export class NotTheFirstDeadLetterError extends DomainError {
  readonly code = 'not-the-first-dead-letter';
  override readonly status = 409;

  constructor(key: string, nr: number, first: number) {
    super(
      `Of the dead letters of "${key}" the first is ${first}, not ${nr}. Retry or discard that one first.`,
    );
  }
}

/** No method of this process handles events of the type: to retry it here would be to discard it. */
export class EventNotHandledHereError extends DomainError {
  readonly code = 'event-not-handled-here';
  override readonly status = 409;

  constructor(type: string) {
    super(
      `No method of this process handles "${type}". Retry it in a program that has one with ` +
        `@OnIntegrationEvent('${type}'), or discard it.`,
    );
  }
}

/** Which dead letters to list. */
export interface DeadLetterFilter {
  readonly key?: string;
  /** Only those with a higher number. @default 0 */
  readonly after?: number;
  /** At most so many. @default 100 */
  readonly limit?: number;
}

/** A dead letter, and what it says, or why it says nothing. */
export interface DeadLetterDetails extends Pick<ReceivedEvent, 'event' | 'problem'> {
  readonly letter: DeadLetter;
}

/** What became of a retry. */
export interface DeadLetterRetry {
  readonly handled: number;
  readonly left: number;
  /** Of the one that failed, and is the first of those that are left. */
  readonly error?: string;
}

/**
 * The events of other services that could not be handled. Any process may retry and discard them: under the lock under
 * which the consumer handles its batches, so that each event of a key is handled after those before it.
 */
@Injectable()
export class DeadLetters {
  private readonly reader: EntityManager;

  constructor(
    @Inject(CONSUMER_NAME) private readonly consumer: string,
    @Inject(READING) source: DataSource,
    private readonly handlers: IntegrationHandlers,
    private readonly work: ExclusiveWork,
    private readonly clock: Clock,
  ) {
    this.reader = source.manager;
  }

  /** In the order in which they came. */
  list({ key, after = 0, limit = DEFAULT_LIMIT }: DeadLetterFilter = {}): Promise<
    readonly DeadLetter[]
  > {
    return this.reader.find(DeadLetter, {
      where: { consumer: this.consumer, nr: MoreThan(after), ...(key !== undefined && { key }) },
      order: { nr: 'ASC' },
      take: limit,
    });
  }

  /** One of them, with what it says. @throws DeadLetterNotFoundError */
  async show(nr: number): Promise<DeadLetterDetails> {
    const found = await this.reader.findOneBy(DeadLetter, { consumer: this.consumer, nr });
    if (!found) throw new DeadLetterNotFoundError(nr);
    const { event, problem } = receivedOf(found);
    return { letter: found, event, problem };
  }

  /**
   * Handles those of a key in their order, until none is left or one fails.
   * @throws EventNotHandledHereError
   */
  async retry(key: string): Promise<DeadLetterRetry> {
    let handled = 0;
    for (;;) {
      const [first] = await this.list({ key, limit: 1 });
      if (!first) return { handled, left: 0 };
      try {
        if (await this.handle(first)) handled += 1;
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (error instanceof EventNotHandledHereError || this.work.isOutage(error)) throw error;
        await this.recordFailure(first, message);
        const left = await this.reader.countBy(DeadLetter, { consumer: this.consumer, key });
        return { handled, left, error: message };
      }
    }
  }

  /**
   * Gives up the first of a key, for good. Those behind it wait until they are retried.
   * @throws DeadLetterNotFoundError, NotTheFirstDeadLetterError
   */
  async discard(nr: number): Promise<DeadLetter> {
    const letter = await this.reader.findOneBy(DeadLetter, { consumer: this.consumer, nr });
    if (!letter) throw new DeadLetterNotFoundError(nr);
    const [first] = await this.list({ key: letter.key, limit: 1 });
    if (first && first.nr < nr) throw new NotTheFirstDeadLetterError(letter.key, nr, first.nr);
    const isRemoved = await this.removing(letter, () => Promise.resolve());
    if (!isRemoved) throw new DeadLetterNotFoundError(nr);
    return letter;
  }

  private async handle(letter: DeadLetter): Promise<boolean> {
    const received = receivedOf(letter);
    if (received.problem !== undefined) throw new Error(received.problem);
    const call = { consumer: this.consumer, attempts: letter.attempts + 1 };
    const place = this.handlers.placeOf(received);
    if (place === undefined) throw new EventNotHandledHereError(received.event?.type ?? '');
    const isBefore = place === 'before';
    if (isBefore) await this.handlers.call(received, call);
    return this.removing(letter, async (manager) => {
      if (!isBefore) await this.handlers.call(received, { ...call, manager });
    });
  }

  /** @returns false when it is not there any more; then nothing is done. */
  private removing(
    { nr }: DeadLetter,
    work: (manager: EntityManager) => Promise<void>,
  ): Promise<boolean> {
    const { consumer } = this;
    return this.work.commitBeside(workOf(consumer), async (manager) => {
      if (!(await manager.findOneBy(DeadLetter, { consumer, nr }))) return false;
      await manager.delete(DeadLetter, { consumer, nr });
      await work(manager);
      return true;
    });
  }

  private async recordFailure({ nr, attempts }: DeadLetter, error: string): Promise<void> {
    const { consumer } = this;
    const failed = { error, attempts: attempts + 1, failedAt: this.clock.now().getTime() };
    await this.work.commitBeside(workOf(consumer), (manager) =>
      manager.update(DeadLetter, { consumer, nr }, failed),
    );
  }
}

function receivedOf({ origin, headers, body }: DeadLetter): ReceivedEvent {
  return receive({ origin, headers, body: Buffer.from(body, 'base64') });
}
