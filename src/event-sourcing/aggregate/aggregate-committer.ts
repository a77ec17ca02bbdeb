import { Injectable } from '@nestjs/common';
import { EventWriter } from '../events/event-writer.js';
import { AppendResult } from '../store/event-store.js';
import { AggregateRoot } from './aggregate-root.js';

/** Stores the uncommitted events of aggregates. */
@Injectable()
export class AggregateCommitter {
  constructor(private readonly writer: EventWriter) {}

  /**
   * Stores what the aggregates have applied, all or nothing, each at the end of its stream as it knows it. One that
   * has applied nothing is still checked: the commit fails when others have changed it meanwhile. After a failure the
   * events are uncommitted as before, and the same call can be repeated.
   *
   * @returns what was appended; the head of the log as `position` when no aggregate had anything to store.
   * @throws ConcurrencyError naming the stream that others have changed.
   * @throws HistoricalAggregateError when one was loaded as it was in the past.
   */
  async commit(...aggregates: readonly AggregateRoot[]): Promise<AppendResult> {
    const writes = aggregates.map((aggregate) => {
      aggregate.assertStorable();
      return {
        aggregate,
        stream: aggregate.stream,
        expectedRevision: aggregate.revision,
        events: aggregate.getUncommittedEvents(),
      };
    });
    const result = await this.writer.write(writes);
    for (const { aggregate, events, expectedRevision } of writes) {
      aggregate.markCommitted(events, expectedRevision + events.length);
    }
    return result;
  }
}
