import type {
  AppendResult,
  ReadLogOptions,
  ReadStreamOptions,
  ReplayOptions,
  StreamAppend,
} from '../../src/event-sourcing/store/event-store.js';
import type {
  HistoricEvent,
  JsonValue,
  RecordedEvent,
} from '../../src/event-sourcing/store/recorded-event.js';
import { type BrokenEventStore, SoundEventStore } from './broken-event-stores.js';

type Events = AsyncIterable<RecordedEvent>;

/** Gives a position to every append it refuses, as a sequence does. */
class LeavesHoles extends SoundEventStore {
  private refused = 0;
  private readonly holesBefore: number[] = [];

  override async appendToStreams(appends: readonly StreamAppend[]): Promise<AppendResult> {
    const result = await super.appendToStreams(appends).catch((error: unknown) => {
      this.refused += 1;
      throw error;
    });
    for (const { position } of result.events) this.holesBefore[position] ??= this.refused;
    return {
      ...result,
      position: this.shifted(result.position),
      events: result.events.map((event) => ({ ...event, position: this.shifted(event.position) })),
    };
  }

  private shifted(position: number): number {
    return position + (this.holesBefore[position] ?? 0);
  }
}

class OrdersByTheTimeOfTheCall extends SoundEventStore {
  override async *readLog(options?: ReadLogOptions): Events {
    const events: RecordedEvent[] = [];
    for await (const event of super.readLog(options)) events.push(event);
    const streams = [...new Set(events.map(({ stream }) => stream))];
    yield* streams.flatMap((stream) => events.filter((event) => event.stream === stream));
  }
}

class StampsWithAJumpingClock extends SoundEventStore {
  override async *readLog(options?: ReadLogOptions): Events {
    for await (const event of super.readLog(options)) {
      const jump = event.position % 7 === 0 ? -500 : 0;
      yield { ...event, recordedAt: new Date(event.recordedAt.getTime() + jump) };
    }
  }
}

class IgnoresTypes extends SoundEventStore {
  override readLog(options?: ReadLogOptions): Events {
    return super.readLog({ ...options, types: undefined });
  }
}

class TakesEmptyListsForNone extends SoundEventStore {
  override readLog({ categories, types, ...options }: ReadLogOptions = {}): Events {
    return super.readLog({
      ...options,
      categories: categories?.length ? categories : undefined,
      types: types?.length ? types : undefined,
    });
  }
}

class ComparesCategoriesByTheirBeginning extends SoundEventStore {
  override async *readLog({ categories, ...options }: ReadLogOptions = {}): Events {
    for await (const event of super.readLog(options)) {
      if (categories?.some((category) => event.stream.startsWith(category)) ?? true) yield event;
    }
  }
}

class ReadsForwardsOnly extends SoundEventStore {
  override readLog(options?: ReadLogOptions): Events {
    return super.readLog({ ...options, direction: 'forwards' });
  }
}

class TakesAfterForInclusive extends SoundEventStore {
  override readLog({ after = 0, ...options }: ReadLogOptions = {}): Events {
    return super.readLog({ ...options, after: after - 1 });
  }
}

class TakesToForExclusive extends SoundEventStore {
  override readStream(
    stream: string,
    { to = Infinity, ...options }: ReadStreamOptions = {},
  ): Events {
    return super.readStream(stream, { ...options, to: to - 1 });
  }
}

class TakesUntilForExclusive extends SoundEventStore {
  override readStream(stream: string, { until, ...options }: ReadStreamOptions = {}): Events {
    const before = until && new Date(until.getTime() - 1);
    return super.readStream(stream, { ...options, until: before });
  }
}

class ReplaysTheFirstPageOnly extends SoundEventStore {
  override async *replayStream(
    stream: string,
    options?: ReplayOptions,
  ): AsyncIterable<readonly HistoricEvent[]> {
    const page: HistoricEvent[] = [];
    for await (const events of super.replayStream(stream, options)) page.push(...events);
    yield page.slice(0, 2_064);
  }
}

class ReadsPagesPastTheLimit extends SoundEventStore {
  override readLogPages({ limit, ...options }: ReadLogOptions = {}): AsyncIterable<
    readonly RecordedEvent[]
  > {
    return super.readLogPages({ ...options, limit: limit && Math.ceil(limit / 64) * 64 });
  }
}

class ReadsPagesOfEveryType extends SoundEventStore {
  override readLogPages(options?: ReadLogOptions): AsyncIterable<readonly RecordedEvent[]> {
    return super.readLogPages({ ...options, types: undefined });
  }
}

class ReadsOneMoreThanTheLimit extends SoundEventStore {
  override readLog({ limit, ...options }: ReadLogOptions = {}): Events {
    return super.readLog({ ...options, limit: limit && limit > 64 ? limit + 1 : limit });
  }
}

class LosesAnEventBetweenPages extends SoundEventStore {
  override async *readLog(options?: ReadLogOptions): Events {
    let count = 0;
    for await (const event of super.readLog(options)) {
      count += 1;
      if (count % 2_001 !== 0) yield event;
    }
  }
}

class SharesItsObjects extends SoundEventStore {
  private readonly shared = new Map<string, RecordedEvent>();

  override async *readLog(options?: ReadLogOptions): Events {
    for await (const event of super.readLog(options)) {
      const shared = this.shared.get(event.id) ?? event;
      this.shared.set(event.id, shared);
      yield shared;
    }
  }
}

/** As a jsonb column does: the shortest keys first. */
class SortsKeys extends SoundEventStore {
  override async *readLog(options?: ReadLogOptions): Events {
    for await (const event of super.readLog(options)) {
      const entries = Object.entries(event.data as Record<string, JsonValue>);
      const sorted = entries.toSorted(([a], [b]) => a.length - b.length);
      yield { ...event, data: Object.fromEntries(sorted) };
    }
  }
}

class LosesNulCharacters extends SoundEventStore {
  override async *readLog(options?: ReadLogOptions): Events {
    for await (const event of super.readLog(options)) {
      const data = JSON.stringify(event.data).replaceAll('\\u0000', '');
      yield { ...event, data: JSON.parse(data) as JsonValue };
    }
  }
}

export const storesWithBrokenReads: readonly BrokenEventStore[] = [
  {
    fault: 'leaves holes where it refused an append',
    failsAt: 'a refused append leaves no hole',
    Store: LeavesHoles,
  },
  {
    fault: 'orders the log stream by stream',
    failsAt: 'results say where the events are, however many append at once',
    Store: OrdersByTheTimeOfTheCall,
  },
  {
    fault: 'stamps with a clock that jumps',
    failsAt: 'recordedAt never decreases, and is the time of the append',
    Store: StampsWithAJumpingClock,
  },
  {
    fault: 'ignores the filter by type',
    failsAt: 'types select events by their whole type',
    Store: IgnoresTypes,
  },
  {
    fault: 'takes an empty list for no filter',
    failsAt: 'an empty list of categories or types selects nothing',
    Store: TakesEmptyListsForNone,
  },
  {
    fault: 'compares categories by their beginning',
    failsAt: 'categories select streams by what stands before the first dash',
    Store: ComparesCategoriesByTheirBeginning,
  },
  {
    fault: 'reads forwards only',
    failsAt: 'after and upTo bound the log: one exclusive, the other inclusive',
    Store: ReadsForwardsOnly,
  },
  {
    fault: 'takes after for inclusive',
    failsAt: 'after and upTo bound the log: one exclusive, the other inclusive',
    Store: TakesAfterForInclusive,
  },
  {
    fault: 'takes to for exclusive',
    failsAt: 'a stream is read from and to a revision, both inclusive',
    Store: TakesToForExclusive,
  },
  {
    fault: 'takes until for exclusive',
    failsAt: 'until bounds a stream by the time of recording, inclusive',
    Store: TakesUntilForExclusive,
  },
  {
    fault: 'replays the first page only',
    failsAt: 'a long stream is replayed whole and in order',
    Store: ReplaysTheFirstPageOnly,
  },
  {
    fault: 'fills its pages beyond the limit',
    failsAt: 'the pages of a log hold what is read of it',
    Store: ReadsPagesPastTheLimit,
  },
  {
    fault: 'reads pages with events of every type',
    failsAt: 'the pages of a log hold what is read of it',
    Store: ReadsPagesOfEveryType,
  },
  {
    fault: 'reads one more than the limit when that is more than a page',
    failsAt: 'a limit of any size is kept',
    Store: ReadsOneMoreThanTheLimit,
  },
  {
    fault: 'loses an event between two pages',
    failsAt: 'a log of thousands of events is read complete and in order, in both directions',
    Store: LosesAnEventBetweenPages,
  },
  {
    fault: 'shares its objects',
    failsAt: 'nobody shares an object with the log',
    Store: SharesItsObjects,
  },
  {
    fault: 'sorts the keys of objects',
    failsAt: 'objects come back with every key, in the same order',
    Store: SortsKeys,
  },
  {
    fault: 'loses NUL characters',
    failsAt: 'texts of every kind come back as they were',
    Store: LosesNulCharacters,
  },
];
