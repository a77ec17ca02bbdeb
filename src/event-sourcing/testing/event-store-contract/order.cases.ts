import assert from 'node:assert/strict';
import { AppendResult } from '../../store/event-store.js';
import { casesOf } from './contract-case.js';
import {
  assertConflict,
  assertDuplicate,
  newEvent,
  newEvents,
  numbers,
  times,
  wholeLog,
} from './contract-support.js';

const CLOCK_TOLERANCE_MS = 1_000;

export const orderCases = casesOf('order', {
  'positions are dense from 1, in the order of the results': async (store) => {
    const positions: number[] = [];
    for (const size of [1, 3, 2, 5, 1]) {
      const result = await store.append('order-1', 'any', newEvents(size));
      positions.push(...result.events.map(({ position }) => position));
      assert.equal(result.position, positions.at(-1));
    }
    assert.deepEqual(positions, numbers(1, 12));
  },

  'revisions are dense from 1 in every stream': async (store) => {
    for (const nr of numbers(1, 12)) {
      await store.append(`order-${nr % 3}`, 'any', newEvents(nr % 2 ? 2 : 1));
    }
    for (const nr of [0, 1, 2]) {
      const revisions = (await wholeLog(store))
        .filter(({ stream }) => stream === `order-${nr}`)
        .map(({ revision }) => revision);
      assert.deepEqual(revisions, numbers(1, 6));
    }
  },

  'results say where the events are, however many append at once': async (store) => {
    const results = await Promise.all(
      numbers(1, 60).map((nr) =>
        store.appendToStreams([
          { stream: `order-${nr % 7}`, expectedRevision: 'any', events: newEvents(1 + (nr % 3)) },
          { stream: `parcel-${nr % 5}`, expectedRevision: 'any', events: newEvents(nr % 2) },
        ]),
      ),
    );
    const promised = results.flatMap(({ events }) => events);
    const log = await wholeLog(store);
    assert.deepEqual(
      log.map(({ position }) => position),
      numbers(1, promised.length),
    );
    assert.deepEqual(
      log.map(({ id, stream, revision, position }) => ({ id, stream, revision, position })),
      promised.toSorted((a, b) => a.position - b.position),
    );
    for (const result of results) assertConsecutive(result);
  },

  'a refused append leaves no hole': async (store) => {
    const known = newEvent();
    await store.append('order-1', 'none', [known]);
    await assertConflict(store.append('order-1', 'none', newEvents(3)), 'order-1', 'none', 1);
    await assertDuplicate(store.append('order-2', 'any', [newEvent(), known]), known.id);
    const { position } = await store.append('order-2', 'none', [newEvent()]);
    assert.equal(position, 2);
  },

  'an append that begins after another has ended stands behind it': async (store) => {
    let last = 0;
    for (const nr of numbers(1, 30)) {
      const { position } = await store.append(`order-${nr % 4}`, 'any', [newEvent()]);
      assert.equal(position, last + 1);
      last = position;
    }
  },

  'recordedAt never decreases, and is the time of the append': async (store) => {
    const began = Date.now();
    await Promise.all(
      numbers(1, 20).map((nr) => times(5, () => store.append(`order-${nr}`, 'any', [newEvent()]))),
    );
    const ended = Date.now();
    const stamps = (await wholeLog(store)).map(({ recordedAt }) => recordedAt.getTime());
    assert.equal(stamps.length, 100);
    assert.deepEqual(
      stamps,
      stamps.toSorted((a, b) => a - b),
    );
    assert.ok(stamps[0] >= began - CLOCK_TOLERANCE_MS, `${stamps[0]} is before ${began}`);
    assert.ok(stamps[99] <= ended + CLOCK_TOLERANCE_MS, `${stamps[99]} is after ${ended}`);
  },
});

function assertConsecutive({ events, position }: AppendResult): void {
  const first = events[0].position;
  assert.deepEqual(
    events.map((event) => event.position),
    numbers(first, position),
  );
}
