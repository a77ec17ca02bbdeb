import type { ReadLogOptions } from '../../src/event-sourcing/store/event-store.js';
import type { RecordedEvent } from '../../src/event-sourcing/store/recorded-event.js';
import { type BrokenEventStore, SoundEventStore } from './broken-event-stores.js';

class FindsIdsInAnyCase extends SoundEventStore {
  override findEvent(id: string): Promise<RecordedEvent | undefined> {
    return super.findEvent(id.toLowerCase());
  }
}

/** As an index of a text that stands anywhere in the metadata would. */
class FindsEffectsByAnyMention extends SoundEventStore {
  override async *readLog({ causationId, limit, ...options }: ReadLogOptions = {}) {
    let left = limit ?? Infinity;
    for await (const event of super.readLog(options)) {
      const mentions = JSON.stringify(event.metadata).includes(`"causationId":"${causationId}"`);
      if (causationId !== undefined && !mentions) continue;
      if (left-- > 0) yield event;
    }
  }
}

class CountsTheTimeItselfAsBefore extends SoundEventStore {
  override positionBefore(time: Date): Promise<number> {
    return super.positionBefore(new Date(time.getTime() + 1));
  }
}

export const storesWithBrokenLookups: readonly BrokenEventStore[] = [
  {
    fault: 'finds ids in any case',
    failsAt: 'findEvent finds nothing for an id that is unknown or not an id',
    Store: FindsIdsInAnyCase,
  },
  {
    fault: 'finds the effects of an event by any mention of it',
    failsAt:
      'causationId selects the direct effects of an event, whatever else their metadata says',
    Store: FindsEffectsByAnyMention,
  },
  {
    fault: 'counts the time itself as before it',
    failsAt: 'positionBefore is the position of the last event before a time',
    Store: CountsTheTimeItselfAsBefore,
  },
];
