import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { EventSerializer } from '../events/event-serializer.js';
import { EventStore, ReplayOptions } from '../store/event-store.js';
import type { AggregateClass } from './aggregate-repository.js';
import type { AggregateRoot } from './aggregate-root.js';

/** Up to where an aggregate is brought, and how. */
export interface CatchUpOptions extends Pick<ReplayOptions, 'to' | 'until'> {
  /** Lets others have their turn after every page; on SQLite, reading alone never does. @default false */
  readonly inBackground?: boolean;
}

/** Brings aggregates to their state by applying their stored events again. */
@Injectable()
export class AggregateReplay {
  constructor(
    private readonly store: EventStore,
    private readonly serializer: EventSerializer,
  ) {}

  /** A new aggregate with all its events applied, within the bounds. */
  async fromStart<T extends AggregateRoot>(
    aggregateClass: AggregateClass<T>,
    id: string,
    options?: CatchUpOptions,
  ): Promise<T> {
    const aggregate = new aggregateClass(id);
    await this.catchUp(aggregate, options);
    return aggregate;
  }

  /** Applies the events that follow on those the aggregate has taken in already. */
  async catchUp(
    aggregate: AggregateRoot,
    { to, until, inBackground = false }: CatchUpOptions = {},
  ): Promise<void> {
    const from = aggregate.revision === 0 ? undefined : aggregate.revision + 1;
    for await (const page of this.store.replayStream(aggregate.stream, { from, to, until })) {
      for (const stored of page) {
        aggregate.replay(this.serializer.instancesOf(stored), stored.revision);
      }
      if (inBackground) await nextTurn();
    }
  }
}
