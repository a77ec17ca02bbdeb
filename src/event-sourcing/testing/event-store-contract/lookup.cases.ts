import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { casesOf } from './contract-case.js';
import { newEvent, newEvents, numbers, wholeLog } from './contract-support.js';

export const lookupCases = casesOf('lookups', {
  'headPosition is the position of the last event': async (store) => {
    assert.equal(await store.headPosition(), 0);
    await store.append('order-1', 'none', newEvents(3));
    assert.equal(await store.headPosition(), 3);
    await store.append('order-2', 'none', newEvents(2));
    assert.equal(await store.headPosition(), 5);
  },

  'streamRevision is the revision of the last event of the stream': async (store) => {
    assert.equal(await store.streamRevision('order-1'), 0);
    await store.append('order-1', 'none', newEvents(3));
    await store.append('order-2', 'none', newEvents(1));
    assert.equal(await store.streamRevision('order-1'), 3);
    assert.equal(await store.streamRevision('order-2'), 1);
  },

  'findEvent finds an event by its id': async (store) => {
    const [first, second] = newEvents(2);
    await store.append('order-1', 'none', [first, newEvent()]);
    await store.append('order-2', 'none', [second]);
    assert.equal((await store.findEvent(first.id))?.position, 1);
    assert.equal((await store.findEvent(second.id))?.position, 3);
  },

  'positionBefore is the position of the last event before a time': async (store) => {
    assert.equal(await store.positionBefore(new Date()), 0);
    for (const nr of numbers(1, 7)) {
      await store.append(`order-${nr}`, 'none', newEvents(nr));
      await delay(nr % 3);
    }
    const log = await wholeLog(store);
    const times = log.map(({ recordedAt }) => recordedAt.getTime());
    for (const time of [0, ...times, ...times.map((own) => own + 1), Date.now() + 1e9]) {
      const expected = times.filter((own) => own < time).length;
      assert.equal(await store.positionBefore(new Date(time)), expected);
    }
  },

  'findEvent finds nothing for an id that is unknown or not an id': async (store) => {
    const event = newEvent({ id: 'abcdef01-0000-4000-8000-000000000000' });
    await store.append('order-1', 'none', [event]);
    for (const id of [
      randomUUID(),
      '',
      'order-1',
      '1',
      event.id.toUpperCase(),
      `${event.id}\u0000`,
    ]) {
      assert.equal(await store.findEvent(id), undefined);
    }
  },
});
