import assert from 'node:assert/strict';
import { EventStore } from '../../store/event-store.js';
import { RecordedEvent } from '../../store/recorded-event.js';
import { casesOf } from './contract-case.js';
import {
  collect,
  during,
  newEvent,
  newEvents,
  numbers,
  times,
  wholeLog,
} from './contract-support.js';

const MANY = 3_100;

export const pagingCases = casesOf('paging', {
  'a log of thousands of events is read complete and in order, in both directions': async (
    store,
  ) => {
    await fill(store);
    const all = numbers(1, MANY);
    const backwards = { direction: 'backwards' } as const;
    assert.deepEqual(positionsOf(await wholeLog(store)), all);
    assert.deepEqual(positionsOf(await collect(store.readLog(backwards))), all.toReversed());
    assert.deepEqual(
      positionsOf(await collect(store.readLog({ types: ['third.happened'] }))),
      all.filter((nr) => nr % 3 === 0),
    );
    assert.deepEqual(
      positionsOf(await collect(store.readLog({ after: 5, upTo: 3_000, ...backwards }))),
      numbers(6, 3_000).toReversed(),
    );
  },

  'a stream of thousands of events is read complete and in order, in both directions': async (
    store,
  ) => {
    await store.append('long-2', 'none', newEvents(2));
    await fill(store);
    const all = numbers(1, MANY);
    const read = store.readStream('long-1');
    assert.deepEqual(revisionsOf(await collect(read)), all);
    const back = store.readStream('long-1', { direction: 'backwards', to: 3_000 });
    assert.deepEqual(revisionsOf(await collect(back)), numbers(1, 3_000).toReversed());
  },

  'a limit of any size is kept': async (store) => {
    await fill(store);
    for (const limit of [1, 63, 64, 65, 128, 1_000, 2_063, 2_064, 2_065, MANY, MANY + 1]) {
      const events = await collect(store.readLog({ limit, direction: 'backwards' }));
      assert.deepEqual(
        positionsOf(events),
        numbers(1, MANY).toReversed().slice(0, limit),
        `limit ${limit}`,
      );
    }
  },

  'the pages of a log hold what is read of it': async (store) => {
    await fill(store);
    const options = [{}, { limit: 65 }, { after: 5, upTo: 2_900, types: ['third.happened'] }];
    for (const some of [...options, { direction: 'backwards', limit: 2_065 } as const]) {
      const pages = await collect(store.readLogPages(some));
      assert.deepEqual(pages.flat(), await collect(store.readLog(some)));
    }
  },

  'an iteration can be stopped early, any number of times': async (store) => {
    await store.append('long-1', 'none', newEvents(100));
    for (const stopAt of numbers(1, 90)) {
      for await (const { position } of store.readLog()) {
        if (position === stopAt) break;
      }
    }
    assert.equal((await store.append('long-1', 100, [newEvent()])).position, 101);
    assert.equal((await wholeLog(store)).length, 101);
  },

  'iterations side by side do not disturb each other': async (store) => {
    await store.append('long-1', 'none', newEvents(200));
    const forwards = store.readLog()[Symbol.asyncIterator]();
    const backwards = store.readLog({ direction: 'backwards' })[Symbol.asyncIterator]();
    for (const nr of numbers(1, 200)) {
      assert.equal(await nextPosition(forwards), nr);
      assert.equal(await nextPosition(backwards), 201 - nr);
    }
  },

  'a read while others append sees the log as it grows, without a gap': async (store) => {
    await store.append('growing-0', 'none', newEvents(150));
    const appends = numbers(1, 20).map((nr) =>
      times(10, () => store.append(`growing-${nr}`, 'any', newEvents(2))),
    );
    const reads: RecordedEvent[][] = [];
    await during(Promise.all(appends), async () => {
      const head = await store.headPosition();
      const seen = await wholeLog(store);
      assert.ok(seen.length >= head, `${seen.length} events seen, and the head was ${head} before`);
      reads.push(seen);
    });
    const log = await wholeLog(store);
    assert.deepEqual(positionsOf(log), numbers(1, 550));
    for (const seen of reads) assert.deepEqual(seen, log.slice(0, seen.length));
  },
});

/** Events at positions and revisions 1 to `MANY`, where the log was empty; every third has a type of its own. */
async function fill(store: EventStore): Promise<void> {
  const events = numbers(1, MANY).map((nr) =>
    newEvent({ type: nr % 3 === 0 ? 'third.happened' : 'thing.happened', data: nr }),
  );
  for (let first = 0; first < MANY; first += 1_000) {
    await store.append('long-1', first, events.slice(first, first + 1_000));
  }
}

async function nextPosition(events: AsyncIterator<RecordedEvent>): Promise<number | undefined> {
  const { value } = (await events.next()) as IteratorResult<RecordedEvent, undefined>;
  return value?.position;
}

function positionsOf(events: readonly RecordedEvent[]): number[] {
  return events.map(({ position }) => position);
}

function revisionsOf(events: readonly RecordedEvent[]): number[] {
  return events.map(({ revision }) => revision);
}
