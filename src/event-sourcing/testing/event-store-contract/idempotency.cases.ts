import assert from 'node:assert/strict';
import { EventStore, StreamAppend } from '../../store/event-store.js';
import { NewEvent } from '../../store/recorded-event.js';
import { casesOf } from './contract-case.js';
import {
  assertConflict,
  assertDuplicate,
  assertNothingWritten,
  assertRepeats,
  newEvent,
  newEvents,
  numbers,
  wholeLog,
} from './contract-support.js';

const STREAM = 'invoice-1';

export const idempotencyCases = casesOf('idempotency', {
  'a repeated append gives the first result and writes nothing': async (store) => {
    const created = newEvents(2);
    const first = await store.append(STREAM, 'none', created);
    assert.equal(first.repeated, false);
    await assertNothingWritten(store, async () => {
      assertRepeats(await store.append(STREAM, 'none', created), first);
      assertRepeats(await store.append(STREAM, 'none', created), first);
    });
  },

  'an append can be repeated with every kind of expected revision': async (store) => {
    for (const [expected, events] of [
      [0, newEvents(2)],
      [2, newEvents(1)],
      ['exists', newEvents(2)],
      ['any', newEvents(2)],
    ] as const) {
      const first = await store.append(STREAM, expected, events);
      await assertNothingWritten(store, async () =>
        assertRepeats(await store.append(STREAM, expected, events), first),
      );
    }
  },

  'an append can be repeated after its stream and the log went on': async (store) => {
    const created = newEvents(2);
    const first = await store.append(STREAM, 'none', created);
    await store.append('invoice-2', 'none', newEvents(3));
    await store.append(STREAM, 2, newEvents(3));
    await assertNothingWritten(store, async () =>
      assertRepeats(await store.append(STREAM, 'none', created), first),
    );
  },

  'an append to several streams can be repeated, whatever became of those it checked': async (
    store,
  ) => {
    await store.append('customer-1', 'none', newEvents(2));
    const appends: readonly StreamAppend[] = [
      { stream: STREAM, expectedRevision: 'none', events: newEvents(2) },
      { stream: 'customer-1', expectedRevision: 2, events: [] },
      { stream: 'order-1', expectedRevision: 'any', events: newEvents(3) },
    ];
    const first = await store.appendToStreams(appends);
    await store.append('customer-1', 2, newEvents(1));
    await store.append('order-1', 3, newEvents(1));
    await assertNothingWritten(store, async () =>
      assertRepeats(await store.appendToStreams(appends), first),
    );
  },

  'repetitions in the same tick write once, and all get the first result': async (store) => {
    for (const expected of ['none', 0, 'any'] as const) {
      const stream = `tick-${expected}`;
      const events = newEvents(3);
      const results = await Promise.all(
        numbers(1, 16).map(() => store.append(stream, expected, events)),
      );
      const originals = results.filter(({ repeated }) => !repeated);
      assert.equal(originals.length, 1);
      for (const result of results) {
        assert.deepEqual({ ...result, repeated: false }, originals[0]);
      }
      assert.equal(await store.streamRevision(stream), 3);
    }
    assert.equal(await store.headPosition(), 9);
  },

  'a repetition does not change what is stored': async (store) => {
    const event = newEvent({ data: 'first' });
    await store.append(STREAM, 'none', [event]);
    await store.append(STREAM, 'none', [{ ...event, data: 'second', type: 'other.happened' }]);
    const [{ data, type }] = await wholeLog(store);
    assert.deepEqual({ data, type }, { data: 'first', type: event.type });
  },

  'known and new ids in one append are refused': async (store) => {
    const [a, b] = await storedPair(store);
    for (const events of [
      [newEvent(), a, b],
      [a, b, newEvent()],
      [a, newEvent(), b],
      [b, newEvent()],
    ]) {
      await refusesDuplicate(store, events, events.includes(a) ? a : b);
    }
  },

  'known ids in another order are refused': async (store) => {
    const [a, b] = await storedPair(store);
    await refusesDuplicate(store, [b, a], b);
  },

  'known ids for another stream are refused': async (store) => {
    const [a, b] = await storedPair(store);
    await assertNothingWritten(store, () =>
      assertDuplicate(store.append('invoice-2', 'any', [a, b]), a.id),
    );
    const split = store.appendToStreams([
      { stream: STREAM, expectedRevision: 'any', events: [a] },
      { stream: 'invoice-2', expectedRevision: 'any', events: [b] },
    ]);
    await assertNothingWritten(store, () => assertDuplicate(split, a.id));
  },

  'known ids that stand apart are refused as one append': async (store) => {
    const [a, b] = newEvents(2);
    await store.append(STREAM, 'none', [a]);
    await store.append('invoice-2', 'none', [newEvent()]);
    await store.append(STREAM, 1, [b]);
    await refusesDuplicate(store, [a, b], a);
  },

  'known ids are refused where the expected revision would have put them elsewhere': async (
    store,
  ) => {
    const [first] = await storedPair(store);
    const later = newEvent();
    await store.append(STREAM, 2, [later]);
    for (const [expected, event] of [
      [1, first],
      ['exists', first],
      [1, later],
      [3, later],
      ['none', later],
    ] as const) {
      await assertNothingWritten(store, () =>
        assertDuplicate(store.append(STREAM, expected, [event]), event.id),
      );
    }
  },

  'a duplicate on one stream writes to none of the others': async (store) => {
    const [a] = await storedPair(store);
    const appends: readonly StreamAppend[] = [
      { stream: 'order-1', expectedRevision: 'none', events: newEvents(2) },
      { stream: STREAM, expectedRevision: 'any', events: [a] },
      { stream: 'order-2', expectedRevision: 'none', events: newEvents(2) },
    ];
    await assertNothingWritten(store, () => assertDuplicate(store.appendToStreams(appends), a.id));
  },

  'a refused append leaves no ids behind': async (store) => {
    const events = newEvents(2);
    await store.append(STREAM, 'none', [newEvent()]);
    await assertConflict(store.append(STREAM, 'none', events), STREAM, 'none', 1);
    assert.equal((await store.append(STREAM, 1, events)).repeated, false);
  },
});

async function storedPair(store: EventStore): Promise<readonly [NewEvent, NewEvent]> {
  const pair = [newEvent(), newEvent()] as const;
  await store.append(STREAM, 'none', pair);
  return pair;
}

async function refusesDuplicate(
  store: EventStore,
  events: readonly NewEvent[],
  known: NewEvent,
): Promise<void> {
  for (const expected of ['any', 'none', 2] as const) {
    await assertNothingWritten(store, () =>
      assertDuplicate(store.append(STREAM, expected, events), known.id),
    );
  }
}
