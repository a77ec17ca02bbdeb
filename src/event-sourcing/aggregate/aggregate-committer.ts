import { Injectable } from '@nestjs/common';
import { recordOf } from '../commands/command-record.js';
import { RepeatableCommand } from '../commands/repeatable-command.js';
import { EventWriter } from '../events/event-writer.js';
import { AppendResult } from '../store/event-store.js';
import { AggregateRoot } from './aggregate-root.js';

/** Stores the uncommitted events of aggregates. */
@Injectable()
export class AggregateCommitter {
  private readonly turns = new WeakMap<AggregateRoot, Promise<unknown>>();

  constructor(private readonly writer: EventWriter) {}

  /**
   * Stores what the aggregates have applied, all or nothing, each at the end of its stream as it knows it. One that
   * has applied nothing is still checked: the commit fails when others have changed it meanwhile. After a failure the
   * events are uncommitted as before, and the same call can be repeated.
   *
   * Commits of one aggregate take turns: each stores what the one before has left uncommitted.
   *
   * @returns what was appended; the head of the log as `position` when no aggregate had anything to store.
   * @throws ConcurrencyError naming the stream that others have changed.
   * @throws HistoricalAggregateError when one was loaded as it was in the past.
   */
  commit(...aggregates: readonly AggregateRoot[]): Promise<AppendResult> {
    return this.inTurn(aggregates, (aggregate) => aggregate.getUncommittedEvents());
  }

  /**
   * As `commit`, as the effect of a command on the first of the aggregates: if the command has an id, its effect is
   * stored once. `repeated` in the result says that it was stored before, at the very same place.
   *
   * @throws DuplicateEventError when it was stored before, at another place.
   */
  commitOnce(
    command: RepeatableCommand<unknown> | undefined,
    ...aggregates: readonly AggregateRoot[]
  ): Promise<AppendResult> {
    return this.inTurn(aggregates, (aggregate) => aggregate.getUncommittedEvents(), command);
  }

  /** As `commit`, for one aggregate and only these of its events. */
  commitEvents(aggregate: AggregateRoot, events: readonly object[]): Promise<AppendResult> {
    const wanted = new Set(events);
    return this.inTurn([aggregate], () =>
      aggregate.getUncommittedEvents().filter((event) => wanted.has(event)),
    );
  }

  private inTurn(
    aggregates: readonly AggregateRoot[],
    eventsOf: (aggregate: AggregateRoot) => readonly object[],
    command?: RepeatableCommand<unknown>,
  ): Promise<AppendResult> {
    const earlier = aggregates.map((aggregate) => this.turns.get(aggregate) ?? Promise.resolve());
    const result = Promise.all(earlier).then(() =>
      this.store(
        aggregates.map((aggregate) => ({ aggregate, events: eventsOf(aggregate) })),
        command,
      ),
    );
    const turn = result.catch(() => undefined);
    for (const aggregate of aggregates) this.turns.set(aggregate, turn);
    return result;
  }

  private async store(
    changes: readonly { readonly aggregate: AggregateRoot; readonly events: readonly object[] }[],
    command?: RepeatableCommand<unknown>,
  ): Promise<AppendResult> {
    const writes = changes.map(({ aggregate, events }) => {
      aggregate.assertStorable();
      const { stream, revision: expectedRevision } = aggregate;
      return { stream, expectedRevision, events };
    });
    const [{ stream, expectedRevision, events: own }] = writes;
    const record = recordOf(command, { stream, revision: expectedRevision + own.length });
    const result = await this.writer.write(writes, record);
    changes.forEach(({ aggregate, events }, index) => {
      aggregate.markCommitted(events, writes[index].expectedRevision + events.length);
    });
    return result;
  }
}
