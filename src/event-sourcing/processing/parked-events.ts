import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { runInNewContext } from '../context/message-context.js';
import {
  NotTheFirstParkedEventError,
  ParkedEventNotFoundError,
  ProcessorOutdatedError,
} from '../errors/processor.errors.js';
import type { RecordedEvent } from '../store/recorded-event.js';
import { assertUpToDate } from './checkpoint.js';
import { messageOf } from './failures.js';
import { ParkedEvent, ParkedEventDetails, ParkedRetry } from './parked-event.js';
import { ParkedEventFilter } from './parked-event-table.js';
import { ProcessingSupport } from './processing-support.js';
import { EffectProcessor, type Trial } from './effect-processor.js';
import { ForwardingProcessor } from './forwarding-processor.js';
import { Processor } from './processor.js';
import { ProcessorRegistry } from './processor-registry.js';

/**
 * The events that processors have set aside. Each is the first of its stream that failed, or waits behind it. Any
 * process may retry and skip them: both work under the lock under which the processor handles its batches, so that
 * each event of a stream is handled after the ones before it, and once.
 */
@Injectable()
export class ParkedEvents {
  constructor(
    private readonly registry: ProcessorRegistry,
    @Inject(ProcessingSupport) private readonly optionalSupport: ProcessingSupport | null,
  ) {}

  /**
   * In the order of positions, and of processors' names where they are the same; 100 at a time where nothing else is said.
   *
   * @throws StoreUnavailableError
   */
  async list(filter: ParkedEventFilter = {}): Promise<readonly ParkedEvent[]> {
    const support = this.optionalSupport;
    return support ? support.onRequest(() => support.parked.find(filter)) : [];
  }

  /** A parked event with what it says. @throws ProcessorNotFoundError, ParkedEventNotFoundError, StoreUnavailableError */
  async show(processor: string, position: number): Promise<ParkedEventDetails> {
    this.registry.named(processor);
    const [parked] = await this.list({ processor, after: position - 1, limit: 1 });
    if (parked?.position !== position) throw new ParkedEventNotFoundError(processor, position);
    const recorded = await this.recorded(parked);
    return { ...parked, recorded, ...this.lifted(recorded) };
  }

  /**
   * Handles the parked events of a stream in their order, each in one transaction with its removal, until none is left
   * or one fails. That one stays the first of its stream, with its error and the count of its attempts brought up to
   * date.
   *
   * @throws ProcessorNotFoundError, ProcessorOutdatedError; in what `Processor` calls an outage StoreUnavailableError or another
   * InfrastructureError, and then nothing of the event at hand was written
   */
  async retry(processor: string, stream: string): Promise<ParkedRetry> {
    const found = this.registry.named(processor);
    return this.support.onRequest(() => this.retryInOrder(found, stream));
  }

  /**
   * Gives up the first parked event of a stream, for good: the processor never handles it. Those behind it stay parked
   * until they are retried.
   *
   * @throws ProcessorNotFoundError, ParkedEventNotFoundError, NotTheFirstParkedEventError, StoreUnavailableError
   */
  async skip(processor: string, stream: string, position: number): Promise<void> {
    this.registry.named(processor);
    const [first] = await this.list({ processor, stream, limit: 1 });
    if (!first) throw new ParkedEventNotFoundError(processor, position);
    if (first.position !== position) {
      throw new NotTheFirstParkedEventError(stream, position, first.position);
    }
    const isRemoved = await this.support.onRequest(() =>
      this.removing(first, () => Promise.resolve()),
    );
    if (!isRemoved) throw new ParkedEventNotFoundError(processor, position);
  }

  private async retryInOrder(processor: Processor, stream: string): Promise<ParkedRetry> {
    const { checkpoints, parked } = this.support;
    const { name } = processor;
    assertUpToDate(processor, await checkpoints.read(name));
    let handled = 0;
    for (;;) {
      const [first] = await parked.find({ processor: name, stream, limit: 1 });
      if (!first) return { handled, left: 0 };
      try {
        if (await this.handle(processor, first)) handled += 1;
      } catch (error) {
        if (error instanceof ProcessorOutdatedError || this.support.isOutage(error, first)) {
          throw error;
        }
        await this.recordFailure(processor, first, error);
        return { handled, left: await parked.count(name, stream), error: messageOf(error) };
      }
    }
  }

  private async handle(processor: Processor, parked: ParkedEvent): Promise<boolean> {
    const recorded = await this.recorded(parked);
    const trial: Trial = {
      attempts: parked.attempts + 1,
      isOutage: (error) => this.support.isOutage(error),
    };
    if (processor instanceof ForwardingProcessor) {
      await runInNewContext({}, () => processor.forward([recorded], trial));
      return this.removing(parked, (manager) => this.assertUpToDate(processor, manager));
    }
    const envelopes = this.support.serializer.deserialize(recorded);
    if (processor instanceof EffectProcessor) {
      for (const envelope of envelopes)
        await runInNewContext({}, () => processor.perform(envelope, trial));
    }
    return this.removing(parked, async (manager) => {
      await this.assertUpToDate(processor, manager);
      if (envelopes.length === 0) return;
      await runInNewContext({}, () => processor.handleBatch(envelopes, manager));
    });
  }

  /** @returns false when the event is not parked any more; then nothing is done. */
  private removing(
    parked: ParkedEvent,
    work: (manager: EntityManager) => Promise<void>,
  ): Promise<boolean> {
    const { checkpoints, database, parked: table } = this.support;
    return database.transactions.run(async (manager) => {
      await checkpoints.lock(parked.processor, manager);
      if (!(await table.remove(parked, manager))) return false;
      await checkpoints.countParked(parked.processor, -1, manager);
      await work(manager);
      return true;
    });
  }

  /** Under the lock: a newer version may have replaced what the processor keeps since somebody looked. */
  private async assertUpToDate(processor: Processor, manager: EntityManager): Promise<void> {
    assertUpToDate(processor, await this.support.checkpoints.read(processor.name, manager));
  }

  private async recordFailure(
    processor: Processor,
    parked: ParkedEvent,
    error: unknown,
  ): Promise<void> {
    const { checkpoints, database, clock, parked: table } = this.support;
    await database.transactions.run(async (manager) => {
      await checkpoints.lock(parked.processor, manager);
      await this.assertUpToDate(processor, manager);
      await table.recordFailure(parked, messageOf(error), clock.now(), manager);
    });
  }

  private async recorded({ processor, eventId, position }: ParkedEvent): Promise<RecordedEvent> {
    const recorded = await this.support.store.findEvent(eventId);
    if (!recorded) throw new ParkedEventNotFoundError(processor, position);
    return recorded;
  }

  private lifted(
    recorded: RecordedEvent,
  ): Pick<ParkedEventDetails, 'envelopes' | 'lifted' | 'liftError'> {
    const { serializer } = this.support;
    try {
      return { envelopes: serializer.deserialize(recorded), lifted: serializer.lift(recorded) };
    } catch (error) {
      return { liftError: messageOf(error) };
    }
  }

  /** There is one wherever there is a processor. */
  private get support(): ProcessingSupport {
    if (!this.optionalSupport) throw new Error('Nothing is parked where the log is in memory.');
    return this.optionalSupport;
  }
}
