import assert from 'node:assert/strict';
import { EventStore, ReadLogOptions, ReadStreamOptions } from '../../store/event-store.js';
import { RecordedEvent } from '../../store/recorded-event.js';
import { casesOf } from './contract-case.js';
import { collect, newEvent, newEvents, wholeLog } from './contract-support.js';

export const readingCases = casesOf('reading', {
  'an empty log has nothing to read': async (store) => {
    assert.deepEqual(await wholeLog(store), []);
    assert.equal(await store.headPosition(), 0);
  },

  'after and upTo bound the log: one exclusive, the other inclusive': async (store) => {
    await fill(store);
    for (const options of [
      { after: 0 },
      { after: 3 },
      { after: 11 },
      { after: 12 },
      { after: 99 },
      { upTo: 0 },
      { upTo: 1 },
      { upTo: 7 },
      { upTo: Number.MAX_SAFE_INTEGER },
      { after: -Infinity, upTo: Infinity },
      { after: 2, upTo: 5 },
      { after: 4, upTo: 5 },
      { after: 5, upTo: 5 },
      { after: 6, upTo: 5 },
    ]) {
      await readsLog(store, options, ({ position }) => {
        const { after = 0, upTo = Infinity } = options;
        return position > after && position <= upTo;
      });
    }
  },

  'categories select streams by what stands before the first dash': async (store) => {
    await fill(store);
    for (const categories of [['order'], ['order', 'parcel'], ['order_line'], ['nothing'], ['o']]) {
      await readsLog(store, { categories }, ({ stream }) =>
        categories.includes(stream.split('-')[0]),
      );
    }
  },

  'types select events by their whole type': async (store) => {
    await fill(store);
    for (const types of [['order.placed'], ['order.placed', 'parcel.sent'], ['order'], ['none']]) {
      await readsLog(store, { types }, ({ type }) => types.includes(type));
    }
  },

  'correlationId selects what one request led to': async (store) => {
    await fill(store);
    for (const correlationId of ['request-1', 'request-2', 'request', 'unknown']) {
      await readsLog(
        store,
        { correlationId },
        ({ metadata }) => metadata.correlationId === correlationId,
      );
    }
  },

  'filters are combined with "and"': async (store) => {
    await fill(store);
    await readsLog(
      store,
      {
        after: 1,
        upTo: 11,
        categories: ['order', 'parcel'],
        types: ['order.placed', 'parcel.sent'],
        correlationId: 'request-1',
      },
      ({ position, stream, type, metadata }) =>
        position > 1 &&
        position <= 11 &&
        /^(order|parcel)-/.test(stream) &&
        ['order.placed', 'parcel.sent'].includes(type) &&
        metadata.correlationId === 'request-1',
    );
  },

  'an empty list of categories or types selects nothing': async (store) => {
    await fill(store);
    for (const options of [
      { categories: [] },
      { types: [] },
      { categories: ['order'], types: [] },
    ]) {
      await readsLog(store, options, () => false);
    }
  },

  'a filter that no event could ever meet selects nothing': async (store) => {
    await fill(store);
    for (const text of [
      '',
      'order\u0000',
      '\ud800',
      "order'; --",
      'Order',
      '%',
      'x'.repeat(3_000),
    ]) {
      await readsLog(store, { categories: [text] }, () => false);
      await readsLog(store, { types: [text] }, () => false);
      await readsLog(store, { correlationId: text }, () => false);
      assert.deepEqual(await collect(store.readStream(text)), []);
      assert.deepEqual(await collect(store.readStream(`order-${text}`)), []);
      assert.equal(await store.streamRevision(`order-${text}`), 0);
    }
  },

  'a stream is read from and to a revision, both inclusive': async (store) => {
    await fill(store);
    for (const options of [
      {},
      { from: 1 },
      { from: 3 },
      { from: 99 },
      { to: 0 },
      { to: 2 },
      { to: 99 },
      { from: 2, to: 4 },
      { from: 3, to: 3 },
      { from: 4, to: 2 },
    ]) {
      await readsStream(store, 'order-1', options);
      await readsStream(store, 'order-2', options);
    }
  },

  'a stream that does not exist yields nothing': async (store) => {
    await fill(store);
    for (const stream of ['order-3', 'order-', 'order', 'no-such', 'order-1-1']) {
      assert.deepEqual(await collect(store.readStream(stream)), []);
      assert.equal(await store.streamRevision(stream), 0);
    }
  },

  'a read event is the one that was stored, wherever it is read': async (store) => {
    await fill(store);
    const log = await wholeLog(store);
    for (const event of log) {
      const { stream, revision, position } = event;
      const [ofStream] = await collect(store.readStream(stream, { from: revision, limit: 1 }));
      const [ofLog] = await collect(store.readLog({ after: position - 1, limit: 1 }));
      assert.deepEqual([ofStream, ofLog, await store.findEvent(event.id)], [event, event, event]);
    }
  },
});

/** 12 events of 4 streams in 3 categories; the correlation ids and one category begin like others. */
async function fill(store: EventStore): Promise<void> {
  const one = { correlationId: 'request-1' };
  const placed = { type: 'order.placed', metadata: one };
  await store.append('order-1', 'none', [newEvent(placed), newEvent({ type: 'order.paid' })]);
  await store.append('order-2', 'none', newEvents(2, placed));
  await store.append('parcel-1', 'none', newEvents(2, { type: 'parcel.sent', metadata: one }));
  await store.append('order-1', 2, newEvents(3, { metadata: { correlationId: 'request-2' } }));
  await store.append('order_line-1', 'none', newEvents(2, { type: 'order' }));
  await store.append('parcel-1', 2, [newEvent({ type: 'order.placed', metadata: one })]);
}

/** Reads with `options`, in both directions and with limits, and compares with a filtered log. */
async function readsLog(
  store: EventStore,
  options: ReadLogOptions,
  wanted: (event: RecordedEvent) => boolean,
): Promise<void> {
  const expected = (await wholeLog(store)).filter(wanted);
  await readsInBothDirections((more) => store.readLog({ ...options, ...more }), expected);
}

async function readsStream(
  store: EventStore,
  name: string,
  { from = 1, to = Infinity }: ReadStreamOptions,
): Promise<void> {
  const expected = (await wholeLog(store)).filter(
    ({ stream, revision }) => stream === name && revision >= from && revision <= to,
  );
  await readsInBothDirections((more) => store.readStream(name, { from, to, ...more }), expected);
}

async function readsInBothDirections(
  read: (options: ReadStreamOptions) => AsyncIterable<RecordedEvent>,
  expected: readonly RecordedEvent[],
): Promise<void> {
  const backwards = { direction: 'backwards' } as const;
  assert.deepEqual(await collect(read({})), expected);
  assert.deepEqual(await collect(read({ direction: 'forwards' })), expected);
  assert.deepEqual(await collect(read(backwards)), expected.toReversed());
  for (const limit of [0, 1, 2, expected.length, expected.length + 1]) {
    assert.deepEqual(await collect(read({ limit })), expected.slice(0, limit));
    assert.deepEqual(
      await collect(read({ ...backwards, limit })),
      expected.toReversed().slice(0, limit),
    );
  }
}
