import assert from 'node:assert/strict';
import { ConcurrencyError } from '../../errors/store.errors.js';
import { AppendResult, EventStore } from '../../store/event-store.js';
import { casesOf } from './contract-case.js';
import {
  assertConflict,
  assertDuplicate,
  assertInvalid,
  newEvent,
  newEvents,
  numbers,
  times,
  wholeLog,
} from './contract-support.js';

export const concurrencyCases = casesOf('concurrency', {
  "'any' never fails, with 24 writers on 4 streams": async (store) => {
    await Promise.all(
      numbers(1, 24).map(async (writer) => {
        for (const turn of numbers(1, 10)) {
          await store.append(`shared-${(writer + turn) % 4}`, 'any', newEvents(2));
        }
      }),
    );
    const revisions = await Promise.all(
      numbers(0, 3).map((nr) => store.streamRevision(`shared-${nr}`)),
    );
    assert.equal(await store.headPosition(), 480);
    assert.equal(
      revisions.reduce((sum, revision) => sum + revision, 0),
      480,
    );
  },

  'of two who create a stream at once exactly one wins': async (store) => {
    for (const round of numbers(1, 200)) {
      const stream = `contested-${round}`;
      const outcomes = await Promise.allSettled([
        store.append(stream, 'none', [newEvent({ data: 'left' })]),
        store.append(stream, round % 2 ? 'none' : 0, [newEvent({ data: 'right' })]),
      ]);
      const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
      assert.equal(lost.length, 1, `lost in round ${round}`);
      assert.ok(lost[0].reason instanceof ConcurrencyError);
      assert.equal(lost[0].reason.actual, 1);
      assert.equal(await store.streamRevision(stream), 1);
    }
  },

  'writers that repeat what was in conflict lose no update': async (store) => {
    await Promise.all(numbers(1, 8).map(() => times(10, () => increment(store, 'counter-1'))));
    const counts = (await wholeLog(store)).map(({ data }) => data);
    assert.deepEqual(counts, numbers(1, 80));
  },

  'appends of the same tick that are refused harm none of the others': async (store) => {
    const known = newEvent();
    await store.append('busy-0', 'none', [known]);
    await Promise.all(
      numbers(1, 20).flatMap((nr) => [
        store.append(`busy-${nr}`, 'none', newEvents(2)),
        assertConflict(store.append('busy-0', 'none', newEvents(2)), 'busy-0', 'none', 1),
        store.append('busy-shared', 'any', [newEvent()]),
        assertDuplicate(store.append(`refused-${nr}`, 'any', [newEvent(), known]), known.id),
        assertInvalid(store.append('Not a stream', 'any', [newEvent()]), 'a stream name'),
        assertConflict(writeAndExpect(store, `refused-${nr}`), 'nowhere-1', 'exists', 0),
      ]),
    );
    assert.equal(await store.headPosition(), 61);
    assert.equal(await store.streamRevision('busy-shared'), 20);
    for (const nr of numbers(1, 20)) {
      assert.equal(await store.streamRevision(`busy-${nr}`), 2);
      assert.equal(await store.streamRevision(`refused-${nr}`), 0);
    }
  },
});

function writeAndExpect(store: EventStore, stream: string): Promise<AppendResult> {
  return store.appendToStreams([
    { stream, expectedRevision: 'none', events: newEvents(2) },
    { stream: 'nowhere-1', expectedRevision: 'exists', events: [] },
  ]);
}

/** Appends the stream's next revision as data, from what was read, until nobody else was faster. */
async function increment(store: EventStore, stream: string): Promise<void> {
  for (;;) {
    const revision = await store.streamRevision(stream);
    try {
      await store.append(stream, revision, [newEvent({ data: revision + 1 })]);
      return;
    } catch (error) {
      if (!(error instanceof ConcurrencyError)) throw error;
    }
  }
}
