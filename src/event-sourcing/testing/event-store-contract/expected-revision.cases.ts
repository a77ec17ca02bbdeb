import assert from 'node:assert/strict';
import { EventStore } from '../../store/event-store.js';
import { ExpectedRevision } from '../../store/expected-revision.js';
import { casesOf } from './contract-case.js';
import { assertConflict, assertNothingWritten, newEvent, newEvents } from './contract-support.js';

const STREAM = 'order-1';

export const expectedRevisionCases = casesOf('expected revisions', {
  'a number is met by exactly that revision': async (store) => {
    await store.append(STREAM, 0, newEvents(2));
    await accepts(store, 2, 3);
    await accepts(store, 3, 4);
  },

  'a number is not met by a lower or a higher revision': async (store) => {
    await store.append(STREAM, 'none', newEvents(3));
    for (const expected of [1, 2, 4, 5, Number.MAX_SAFE_INTEGER]) await refuses(store, expected, 3);
  },

  'a number above 0 is not met by a stream that does not exist': async (store) => {
    for (const expected of [1, 2]) await refuses(store, expected, 0);
  },

  'the number 0 is met by no stream, and not by a stream': async (store) => {
    await accepts(store, 0, 1);
    await refuses(store, 0, 1);
  },

  "'none' is met by no stream, and not by a stream": async (store) => {
    await accepts(store, 'none', 1);
    await refuses(store, 'none', 1);
  },

  "'exists' is met by a stream of any revision, and not by none": async (store) => {
    await refuses(store, 'exists', 0);
    await store.append(STREAM, 'none', [newEvent()]);
    await accepts(store, 'exists', 2);
    await accepts(store, 'exists', 3);
  },

  "'any' is met by no stream and by a stream of any revision": async (store) => {
    await accepts(store, 'any', 1);
    await accepts(store, 'any', 2);
  },

  'a stream is judged by its own revision, not by its neighbours': async (store) => {
    await store.append('order-10', 'none', newEvents(5));
    await store.append('orders-1', 'none', newEvents(5));
    await accepts(store, 'none', 1);
    await accepts(store, 1, 2);
  },

  'an event whose append was refused can be appended later': async (store) => {
    const event = newEvent();
    await assertConflict(store.append(STREAM, 1, [event]), STREAM, 1, 0);
    const result = await store.append(STREAM, 'none', [event]);
    assert.deepEqual(result, {
      events: [{ id: event.id, stream: STREAM, revision: 1, position: 1 }],
      position: 1,
      repeated: false,
    });
  },
});

async function accepts(store: EventStore, expected: ExpectedRevision, next: number): Promise<void> {
  const { events } = await store.append(STREAM, expected, [newEvent()]);
  assert.deepEqual(
    events.map(({ stream, revision }) => ({ stream, revision })),
    [{ stream: STREAM, revision: next }],
  );
  assert.equal(await store.streamRevision(STREAM), next);
}

async function refuses(
  store: EventStore,
  expected: ExpectedRevision,
  actual: number,
): Promise<void> {
  await assertNothingWritten(store, () =>
    assertConflict(store.append(STREAM, expected, newEvents(2)), STREAM, expected, actual),
  );
}
