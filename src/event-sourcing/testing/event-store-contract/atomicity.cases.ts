import assert from 'node:assert/strict';
import { EventStore } from '../../store/event-store.js';
import { casesOf } from './contract-case.js';
import {
  assertConflict,
  assertDuplicate,
  assertNothingWritten,
  during,
  idsOf,
  newEvent,
  newEvents,
  numbers,
  wholeLog,
} from './contract-support.js';

export const atomicityCases = casesOf('atomicity', {
  'an append to one stream is written as a whole or not at all': async (store) => {
    const known = newEvent();
    await store.append('account-1', 'none', [known]);
    await assertNothingWritten(store, () =>
      assertDuplicate(store.append('account-2', 'none', [newEvent(), known, newEvent()]), known.id),
    );
    assert.equal(await store.streamRevision('account-2'), 0);
  },

  'an append to several streams gives positions in the order given': async (store) => {
    await store.append('account-1', 'none', newEvents(2));
    const [a, b, c, d] = newEvents(4);
    const result = await store.appendToStreams([
      { stream: 'account-2', expectedRevision: 'none', events: [a] },
      { stream: 'account-1', expectedRevision: 2, events: [b, c] },
      { stream: 'transfer-1', expectedRevision: 'any', events: [d] },
    ]);
    assert.deepEqual(result, {
      events: [
        { id: a.id, stream: 'account-2', revision: 1, position: 3 },
        { id: b.id, stream: 'account-1', revision: 3, position: 4 },
        { id: c.id, stream: 'account-1', revision: 4, position: 5 },
        { id: d.id, stream: 'transfer-1', revision: 1, position: 6 },
      ],
      position: 6,
      repeated: false,
    });
    assert.deepEqual(idsOf(await wholeLog(store)).slice(2), idsOf([a, b, c, d]));
  },

  'a conflict on any of several streams writes to none of them': async (store) => {
    const streams = ['account-1', 'account-2', 'account-3'];
    for (const stream of streams) await store.append(stream, 'none', [newEvent()]);
    for (const inConflict of streams) {
      const appends = streams.map((stream) => ({
        stream,
        expectedRevision: stream === inConflict ? 7 : 1,
        events: newEvents(2),
      }));
      await assertNothingWritten(store, () =>
        assertConflict(store.appendToStreams(appends), inConflict, 7, 1),
      );
    }
  },

  'of several conflicts the first is reported': async (store) => {
    await store.append('account-1', 'none', newEvents(3));
    const append = store.appendToStreams([
      { stream: 'account-2', expectedRevision: 'none', events: [newEvent()] },
      { stream: 'account-1', expectedRevision: 2, events: [] },
      { stream: 'account-3', expectedRevision: 'exists', events: [newEvent()] },
    ]);
    await assertConflict(append, 'account-1', 2, 3);
  },

  'a stream without events is checked and stays as it is': async (store) => {
    await store.append('customer-1', 'none', newEvents(2));
    const event = newEvent();
    const result = await store.appendToStreams([
      { stream: 'customer-1', expectedRevision: 2, events: [] },
      { stream: 'order-1', expectedRevision: 'none', events: [event] },
      { stream: 'order-2', expectedRevision: 'none', events: [] },
    ]);
    assert.deepEqual(result, {
      events: [{ id: event.id, stream: 'order-1', revision: 1, position: 3 }],
      position: 3,
      repeated: false,
    });
    assert.equal(await store.streamRevision('customer-1'), 2);
    assert.equal(await store.streamRevision('order-2'), 0);
  },

  'a conflict on a stream without events writes nothing': async (store) => {
    await store.append('customer-1', 'none', newEvents(2));
    const orderThenCheck = [
      { stream: 'order-1', expectedRevision: 'none' as const, events: newEvents(2) },
      { stream: 'customer-1', expectedRevision: 1, events: [] },
    ];
    for (const appends of [orderThenCheck, orderThenCheck.toReversed()]) {
      await assertNothingWritten(store, () =>
        assertConflict(store.appendToStreams(appends), 'customer-1', 1, 2),
      );
    }
  },

  'an append of nothing but checks answers with the head of the log': async (store) => {
    await store.append('customer-1', 'none', newEvents(2));
    await assertNothingWritten(store, async () => {
      const result = await store.appendToStreams([
        { stream: 'customer-1', expectedRevision: 'exists', events: [] },
        { stream: 'customer-2', expectedRevision: 0, events: [] },
      ]);
      assert.deepEqual(result, { events: [], position: 2, repeated: false });
      await assertConflict(store.append('customer-1', 'none', []), 'customer-1', 'none', 2);
    });
  },

  'two appends that each check what the other writes are not both accepted': async (store) => {
    for (const round of numbers(1, 50)) {
      const [left, right] = [`left-${round}`, `right-${round}`];
      const outcomes = await Promise.allSettled([
        appendIfNone(store, left, right),
        appendIfNone(store, right, left),
      ]);
      const accepted = outcomes.filter(({ status }) => status === 'fulfilled');
      assert.equal(accepted.length, 1, `accepted in round ${round}`);
    }
  },

  'no reader sees a part of an append': async (store) => {
    const streams = ['leg-1', 'leg-2', 'leg-3'];
    const appends = numbers(1, 40).map(() =>
      store.appendToStreams(
        streams.map((stream) => ({ stream, expectedRevision: 'any', events: newEvents(2) })),
      ),
    );
    await during(Promise.all(appends), async () => {
      const seen = await wholeLog(store);
      assert.equal(seen.length % 6, 0, `${seen.length} events are not whole appends of 6`);
    });
    assert.equal(await store.headPosition(), 240);
  },
});

function appendIfNone(store: EventStore, to: string, ifNone: string): Promise<unknown> {
  return store.appendToStreams([
    { stream: to, expectedRevision: 'any', events: [newEvent()] },
    { stream: ifNone, expectedRevision: 'none', events: [] },
  ]);
}
