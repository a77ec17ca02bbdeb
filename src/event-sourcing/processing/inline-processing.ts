import { Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { runInNewContext } from '../context/message-context.js';
import { InfrastructureError } from '../errors/event-sourcing.error.js';
import { EventRefusedError } from '../errors/projection.errors.js';
import type { RecordedEvent } from '../store/recorded-event.js';
import { FlightWork, type WrittenFlight } from '../store/typeorm/flight-work.js';
import { advanceInline } from './advance-inline.js';
import type { BatchCommit } from './batch-commit.js';
import { readBatch } from './event-batch.js';
import { messageOf } from './failures.js';
import { ProcessingSupport } from './processing-support.js';
import { Processor } from './processor.js';

/** A processor, and what it takes to have it handle events in the transaction of somebody else. */
interface Inline {
  readonly processor: Processor;
  readonly types: ReadonlySet<string>;
  readonly commits: BatchCommit;
  readonly logger: Logger;
}

/**
 * Has inline processors handle the events of a flight in the flight's own transaction, and moves their checkpoints to its
 * end. That is done for a processor whose checkpoint stands right before the flight, as far as it is concerned; for any
 * other its loop does it afterwards. Nothing is asked of the lease: the checkpoint's row is locked, and whoever thought
 * it stood elsewhere writes nothing.
 */
export class InlineProcessing extends FlightWork {
  override readonly eventTypes: ReadonlySet<string>;
  private readonly all: readonly Inline[];

  constructor(
    processors: readonly Processor[],
    private readonly support: ProcessingSupport,
  ) {
    super();
    this.eventTypes = new Set(processors.flatMap(({ eventTypes }) => eventTypes));
    this.all = processors.map((processor) => ({
      processor,
      types: new Set(processor.eventTypes),
      commits: support.commitsOf(processor),
      logger: new Logger(processor.constructor.name),
    }));
  }

  /** @throws EventRefusedError when a processor cannot handle an event; an outage as it is. */
  override async perform(flight: WrittenFlight, manager: EntityManager): Promise<void> {
    for (const inline of this.all) {
      const events = flight.events.filter(({ type }) => inline.types.has(type));
      if (events.length > 0) await this.handle(inline, events, flight, manager);
    }
  }

  /** Whether an inline processor has handled everything up to a position; false for any other. */
  async hasReached(name: string, position: number): Promise<boolean> {
    const inline = this.all.find(({ processor }) => processor.name === name);
    if (!inline) return false;
    const { checkpoints, store } = this.support;
    const checkpoint = await checkpoints.read(name);
    const { eventTypes } = inline.processor;
    const after = checkpoint.position;
    const { events } = await readBatch(
      store,
      { types: eventTypes },
      { after, head: position, limit: 1 },
    );
    return events.length === 0;
  }

  /** Whether the database, or how the program is put together, is at fault: no change to what is appended would help. */
  private isNotTheEvents(error: unknown): boolean {
    const { support } = this;
    return (
      error instanceof InfrastructureError || support.isOutage(error) || support.isMistake(error)
    );
  }

  private async handle(
    inline: Inline,
    events: readonly RecordedEvent[],
    flight: WrittenFlight,
    manager: EntityManager,
  ): Promise<void> {
    const { processor, commits } = inline;
    const mostParked = this.support.maxParkedEvents - events.length;
    const parked = await advanceInline(processor, flight, mostParked, manager);
    if (parked === undefined) return;
    try {
      await runInNewContext({}, () => commits.handleWithin(events, parked, manager));
    } catch (error) {
      if (this.isNotTheEvents(error)) throw error;
      if (flight.appends === 1) logRefusal(inline, events[0], error);
      throw new EventRefusedError(processor.name, error);
    }
  }
}

function logRefusal({ processor, logger }: Inline, first: RecordedEvent, error: unknown): void {
  logger.error(
    `Processor "${processor.name}" refuses an append with "${first.type}" in "${first.stream}": ${messageOf(error)}`,
    error instanceof Error ? error.stack : undefined,
  );
}
