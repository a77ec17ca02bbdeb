import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DuplicateEventError } from '../../src/event-sourcing/errors/store.errors.js';
import type { AppendResult, StreamAppend } from '../../src/event-sourcing/store/event-store.js';
import { type BrokenEventStore, SoundEventStore } from './broken-event-stores.js';

type Appends = readonly StreamAppend[];

class ChecksNoRevision extends SoundEventStore {
  override appendToStreams(appends: Appends): Promise<AppendResult> {
    return super.appendToStreams(appends.map((each) => ({ ...each, expectedRevision: 'any' })));
  }
}

class TakesAnyForTheRevisionItRead extends SoundEventStore {
  override async appendToStreams(appends: Appends): Promise<AppendResult> {
    const resolved: StreamAppend[] = [];
    for (const each of appends) {
      const revision = await this.streamRevision(each.stream);
      resolved.push(
        each.expectedRevision === 'any' ? { ...each, expectedRevision: revision } : each,
      );
    }
    return super.appendToStreams(resolved);
  }
}

class ChecksBeforeItLocks extends SoundEventStore {
  override async appendToStreams(appends: Appends): Promise<AppendResult> {
    const unwritten = appends.map((each) => ({ ...each, events: [] }));
    if (await this.areNew(appends)) await super.appendToStreams(unwritten);
    await nextTurn();
    return super.appendToStreams(appends.map((each) => ({ ...each, expectedRevision: 'any' })));
  }

  private async areNew(appends: Appends): Promise<boolean> {
    const ids = appends.flatMap(({ events }) => events.map(({ id }) => id));
    const found = await Promise.all(ids.map((id) => this.findEvent(id)));
    return found.every((event) => event === undefined);
  }
}

class ChecksOtherStreamsBeforeItLocks extends SoundEventStore {
  override async appendToStreams(appends: Appends): Promise<AppendResult> {
    const [checks, writes] = [false, true].map((writing) =>
      appends.filter(({ events }) => events.length > 0 === writing),
    );
    if (checks.length === 0 || writes.length === 0) return super.appendToStreams(appends);
    await super.appendToStreams(checks);
    await nextTurn();
    return super.appendToStreams(writes);
  }
}

class IgnoresStreamsWithoutEvents extends SoundEventStore {
  override appendToStreams(appends: Appends): Promise<AppendResult> {
    const writes = appends.filter(({ events }) => events.length > 0);
    return super.appendToStreams(writes.length > 0 ? writes : appends);
  }
}

class WritesStreamByStream extends SoundEventStore {
  override async appendToStreams(appends: Appends): Promise<AppendResult> {
    if (appends.length === 0) return super.appendToStreams(appends);
    const results: AppendResult[] = [];
    for (const each of appends) results.push(await super.appendToStreams([each]));
    const last = results[results.length - 1];
    return { ...last, events: results.flatMap(({ events }) => events) };
  }
}

class ShowsAppendsHalfWritten extends SoundEventStore {
  override async appendToStreams(appends: Appends): Promise<AppendResult> {
    if (appends.some(({ expectedRevision }) => expectedRevision !== 'any')) {
      return super.appendToStreams(appends);
    }
    const results: AppendResult[] = [];
    for (const each of appends) {
      results.push(await super.appendToStreams([each]));
      await nextTurn();
    }
    return { ...results[results.length - 1], events: results.flatMap(({ events }) => events) };
  }
}

class WritesARepetitionAgain extends SoundEventStore {
  override async appendToStreams(appends: Appends): Promise<AppendResult> {
    const result = await super.appendToStreams(appends);
    if (!result.repeated) return result;
    const again = appends.map(({ stream, events }) => ({
      stream,
      expectedRevision: 'any' as const,
      events: events.map((event) => ({ ...event, id: randomUUID() })),
    }));
    return super.appendToStreams(again);
  }
}

class RefusesARepetition extends SoundEventStore {
  override async appendToStreams(appends: Appends): Promise<AppendResult> {
    const result = await super.appendToStreams(appends);
    if (result.repeated) throw new DuplicateEventError(result.events[0].id);
    return result;
  }
}

class AnswersARepetitionWithTheEndOfTheLog extends SoundEventStore {
  override async appendToStreams(appends: Appends): Promise<AppendResult> {
    const result = await super.appendToStreams(appends);
    return result.repeated ? { ...result, position: await this.headPosition() } : result;
  }
}

class TakesAnyKnownIdForARepetition extends SoundEventStore {
  override async appendToStreams(appends: Appends): Promise<AppendResult> {
    return super.appendToStreams(appends).catch(async (error: unknown) => {
      if (!(error instanceof DuplicateEventError)) throw error;
      return { events: [], position: await this.headPosition(), repeated: true };
    });
  }
}

class RemembersRefusedIds extends SoundEventStore {
  private readonly refused = new Set<string>();

  override async appendToStreams(appends: Appends): Promise<AppendResult> {
    const ids = appends.flatMap(({ events }) => events.map(({ id }) => id));
    const known = ids.find((id) => this.refused.has(id));
    if (known) throw new DuplicateEventError(known);
    return super.appendToStreams(appends).catch((error: unknown) => {
      for (const id of ids) this.refused.add(id);
      throw error;
    });
  }
}

/** All appends of a tick share one fate. */
class FailsTheWholeFlight extends SoundEventStore {
  private flight: Promise<unknown>[] = [];

  override async appendToStreams(appends: Appends): Promise<AppendResult> {
    const own = super.appendToStreams(appends);
    const { flight } = this;
    flight.push(own);
    await Promise.allSettled([own, nextTurn()]);
    this.flight = [];
    await Promise.all(flight);
    return own;
  }
}

class AcceptsAnyTypeName extends SoundEventStore {
  override appendToStreams(appends: Appends): Promise<AppendResult> {
    const lowered = appends.map((each) => ({
      ...each,
      events: each.events.map((event) => ({ ...event, type: event.type.toLowerCase() })),
    }));
    return super.appendToStreams(lowered);
  }
}

export const storesWithBrokenAppends: readonly BrokenEventStore[] = [
  {
    fault: 'checks no revision',
    failsAt: 'a number is not met by a lower or a higher revision',
    Store: ChecksNoRevision,
  },
  {
    fault: "takes 'any' for the revision it read",
    failsAt: "'any' never fails, with 24 writers on 4 streams",
    Store: TakesAnyForTheRevisionItRead,
  },
  {
    fault: 'checks before it locks',
    failsAt: 'of two who create a stream at once exactly one wins',
    Store: ChecksBeforeItLocks,
  },
  {
    fault: 'checks before it locks, seen from its updates',
    failsAt: 'writers that repeat what was in conflict lose no update',
    Store: ChecksBeforeItLocks,
  },
  {
    fault: 'checks the streams it does not write to before it locks',
    failsAt: 'two appends that each check what the other writes are not both accepted',
    Store: ChecksOtherStreamsBeforeItLocks,
  },
  {
    fault: 'ignores streams without events',
    failsAt: 'a conflict on a stream without events writes nothing',
    Store: IgnoresStreamsWithoutEvents,
  },
  {
    fault: 'writes stream by stream',
    failsAt: 'a conflict on any of several streams writes to none of them',
    Store: WritesStreamByStream,
  },
  {
    fault: 'shows appends half written',
    failsAt: 'no reader sees a part of an append',
    Store: ShowsAppendsHalfWritten,
  },
  {
    fault: 'writes a repetition again',
    failsAt: 'a repeated append gives the first result and writes nothing',
    Store: WritesARepetitionAgain,
  },
  {
    fault: 'refuses a repetition',
    failsAt: 'repetitions in the same tick write once, and all get the first result',
    Store: RefusesARepetition,
  },
  {
    fault: 'answers a repetition with the end of the log',
    failsAt: 'an append can be repeated after its stream and the log went on',
    Store: AnswersARepetitionWithTheEndOfTheLog,
  },
  {
    fault: 'takes any known id for a repetition',
    failsAt: 'known and new ids in one append are refused',
    Store: TakesAnyKnownIdForARepetition,
  },
  {
    fault: 'remembers the ids of refused appends',
    failsAt: 'a refused append leaves no ids behind',
    Store: RemembersRefusedIds,
  },
  {
    fault: 'fails every append of a tick when one fails',
    failsAt: 'appends of the same tick that are refused harm none of the others',
    Store: FailsTheWholeFlight,
  },
  {
    fault: 'accepts any type name',
    failsAt: 'a malformed event type is refused',
    Store: AcceptsAnyTypeName,
  },
];
