import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { EventStore, ReplayOptions } from '../../store/event-store.js';
import { HistoricEvent, RecordedEvent } from '../../store/recorded-event.js';
import { casesOf } from './contract-case.js';
import { collect, newEvent, newEvents } from './contract-support.js';

const STREAM = 'order-1';

export const replayingCases = casesOf('replaying', {
  'a stream is replayed as it is read': async (store) => {
    await store.append(STREAM, 'none', [newEvent({ type: 'order.placed', version: 3 })]);
    await store.append('order-2', 'none', newEvents(2));
    await store.append(
      STREAM,
      1,
      newEvents(4, { data: { text: 'ü\u0000"', nested: [{ a: null }] } }),
    );
    for (const options of [{}, { from: 2 }, { to: 3 }, { from: 2, to: 4 }, { to: 0 }, { to: 99 }]) {
      await replaysAsItReads(store, STREAM, options);
    }
  },

  'a stream that does not exist has nothing to replay': async (store) => {
    await store.append(STREAM, 'none', newEvents(2));
    for (const stream of ['order-2', 'order', 'order-\u0000', '']) {
      assert.deepEqual(await collect(store.replayStream(stream)), []);
    }
  },

  'a long stream is replayed whole and in order': async (store) => {
    for (let count = 0; count < 4_500; count += 500) {
      await store.append(STREAM, count, newEvents(500, { data: { count } }));
    }
    await replaysAsItReads(store, STREAM, {});
    await replaysAsItReads(store, STREAM, { from: 64, to: 4_321 });
  },

  'until bounds a stream by the time of recording, inclusive': async (store) => {
    for (let revision = 0; revision < 4; revision += 1) {
      await store.append(STREAM, revision, newEvents(1));
      await delay(3);
    }
    const events = await collect(store.readStream(STREAM));
    const times = events.map(({ recordedAt }) => recordedAt.getTime());
    const around = times.flatMap((time) => [time - 1, time, time + 1]);
    for (const time of [-8.64e15, 0, ...around, 8.64e15]) {
      const until = new Date(time);
      const wanted = events.filter(({ recordedAt }) => recordedAt <= until);
      assert.deepEqual(await collect(store.readStream(STREAM, { until })), wanted);
      const last = await collect(
        store.readStream(STREAM, { until, direction: 'backwards', limit: 1 }),
      );
      assert.deepEqual(last, wanted.slice(-1));
      await replaysAsItReads(store, STREAM, { until });
    }
  },
});

async function replaysAsItReads(
  store: EventStore,
  stream: string,
  options: ReplayOptions,
): Promise<void> {
  const pages = await collect(store.replayStream(stream, options));
  const read = await collect(store.readStream(stream, options));
  assert.deepEqual(pages.flat().map(historyOf), read.map(historyOf));
}

function historyOf(event: HistoricEvent | RecordedEvent): HistoricEvent {
  const { type, version, stream, revision, position, data } = event;
  return { type, version, stream, revision, position, data };
}
