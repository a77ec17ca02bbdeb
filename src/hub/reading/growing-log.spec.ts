import { randomUUID } from 'node:crypto';
import { InMemoryEventStore, type NewEvent, SystemClock } from '../../event-sourcing/index.js';
import { readLogPage } from './log-page.js';
import { ReadLogDto } from './read-log.dto.js';
import { ReadStreamDto } from './read-stream.dto.js';
import { readStreamPage } from './stream-page.js';

const STREAM = 'parcel-1';

/** A log to which somebody appends whenever it has just said where it ends. */
class GrowingLog extends InMemoryEventStore {
  constructor() {
    super(new SystemClock());
  }

  override async headPosition(): Promise<number> {
    const head = await super.headPosition();
    await this.append(STREAM, 'any', [newEvent()]);
    return head;
  }
}

function newEvent(): NewEvent {
  return { id: randomUUID(), type: 'parcel.sent', version: 1, data: {} };
}

describe('A page of a log that grows while it is read', () => {
  it('of a stream holds what its revision counts, and no more', async () => {
    const log = new GrowingLog();
    await log.append(STREAM, 'none', [newEvent(), newEvent(), newEvent()]);
    for (const direction of ['forwards', 'backwards'] as const) {
      const query = Object.assign(new ReadStreamDto(), { direction });
      const { events: items, nextCursor } = await readStreamPage(log, STREAM, 2, query);
      expect(items.map(({ revision }) => revision).sort()).toEqual([1, 2]);
      expect(nextCursor).toBeNull();
    }
  });

  it('of all ends where the next one begins', async () => {
    const log = new GrowingLog();
    await log.append(STREAM, 'none', [newEvent()]);
    const seen: number[] = [];
    let after = 0;
    while (seen.length < 10) {
      const { events: items, nextAfter } = await readLogPage(
        log,
        Object.assign(new ReadLogDto(), { after }),
      );
      seen.push(...items.map(({ position }) => position));
      after = nextAfter;
    }
    expect(seen).toEqual(seen.map((_, index) => index + 1));
  });
});
