import type { RecordedEvent } from '../../src/event-sourcing/store/recorded-event.js';
import { type BrokenEventStore, SoundEventStore } from './broken-event-stores.js';

class FindsIdsInAnyCase extends SoundEventStore {
  override findEvent(id: string): Promise<RecordedEvent | undefined> {
    return super.findEvent(id.toLowerCase());
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
    fault: 'counts the time itself as before it',
    failsAt: 'positionBefore is the position of the last event before a time',
    Store: CountsTheTimeItselfAsBefore,
  },
];
