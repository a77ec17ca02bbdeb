import assert from 'node:assert/strict';
import { StreamAppend } from '../../store/event-store.js';
import { ExpectedRevision } from '../../store/expected-revision.js';
import { JsonValue } from '../../store/recorded-event.js';
import { EventStore } from '../../store/event-store.js';
import { casesOf } from './contract-case.js';
import { assertInvalid, assertNothingWritten, newEvent, newEvents } from './contract-support.js';

export const refusalCases = casesOf('refusals', {
  'a malformed stream name is refused': async (store) => {
    for (const stream of [
      '',
      'order',
      'order-',
      '-1',
      'Order-1',
      '1order-1',
      'order.line-1',
      'order 1-1',
      'order-1 2',
      'order-1\n',
      'order-\u0000',
      'order-\x1e',
      'order-\ud800',
      `order-${'x'.repeat(250)}`,
      undefined,
      null,
      1,
    ]) {
      await refuses(store, `stream ${String(stream)}`, [{ stream: stream as string }]);
    }
  },

  'a malformed event id is refused': async (store) => {
    for (const id of [
      '',
      'x',
      '0190b3c4',
      '01890A5D-AC96-774B-BCCE-B302099A8057',
      '01890a5dac96774bbcceb302099a8057',
      '{01890a5d-ac96-774b-bcce-b302099a8057}',
      '01890a5d-ac96-774b-bcce-b302099a8057 ',
      '01890a5d-ac96-774b-bcce-b302099a8057\n',
      undefined,
    ]) {
      await refuses(store, `id ${id}`, [{ events: [newEvent(), newEvent({ id: id as string })] }]);
    }
  },

  'a malformed event type is refused': async (store) => {
    for (const type of [
      '',
      'UserCreated',
      'user created',
      'user..created',
      '.created',
      'user.',
      'user.created\n',
      'user\u0000',
      '1user',
      `user.${'x'.repeat(196)}`,
    ]) {
      await refuses(store, `type ${type}`, [{ events: [newEvent({ type })] }]);
    }
  },

  'a malformed schema version is refused': async (store) => {
    for (const version of [0, -1, 1.5, NaN, Infinity, 2 ** 31, 2 ** 53, '1' as unknown as number]) {
      await refuses(store, `version ${version}`, [{ events: [newEvent({ version })] }]);
    }
  },

  'a malformed expected revision is refused': async (store) => {
    for (const expected of [-1, -2, 0.5, NaN, Infinity, 2 ** 53, 'all', '1', '', null, undefined]) {
      const expectedRevision = expected as ExpectedRevision;
      await refuses(store, `expected revision ${expected}`, [{ expectedRevision }]);
      await refuses(store, `expected ${expected}, no events`, [{ expectedRevision, events: [] }]);
    }
  },

  'metadata whose names of others are malformed is refused': async (store) => {
    for (const key of ['correlationId', 'causationId', 'actor', 'tenant', 'traceparent']) {
      for (const text of ['', 'a\u0000', 'a\nb', '\ud800', 'x'.repeat(201), 1, null]) {
        await refuses(store, `${key} ${text}`, [
          { events: [newEvent({ metadata: { [key]: text } })] },
        ]);
      }
    }
  },

  'data and metadata that JSON cannot tell are refused': async (store) => {
    const circular: Record<string, unknown> = {};
    circular.itself = circular;
    for (const value of [undefined, () => 1, Symbol('x'), 1n, { big: 1n }, circular]) {
      const data = value as JsonValue;
      await refuses(store, `data ${typeof value}`, [{ events: [newEvent(), newEvent({ data })] }]);
    }
    const metadata = { own: 1n as unknown as JsonValue };
    await refuses(store, 'metadata', [{ events: [newEvent({ metadata })] }]);
  },

  'an append without a stream is refused': async (store) => {
    await refuses(store, 'no streams', []);
  },

  'a stream that is named twice in one append is refused': async (store) => {
    await refuses(store, 'same stream', [{ stream: 'order-2' }, { stream: 'order-2' }]);
    await refuses(store, 'same stream, only checked', [
      { stream: 'order-2' },
      { stream: 'order-2', events: [] },
    ]);
  },

  'an id that is used twice in one append is refused': async (store) => {
    const event = newEvent();
    await refuses(store, 'same id', [{ events: [event, newEvent(), { ...event, data: 1 }] }]);
    await refuses(store, 'same id in two streams', [
      { stream: 'order-2', events: [event] },
      { stream: 'order-3', events: [event] },
    ]);
  },
});

/** Tries a malformed append, alone and as the last part of a good one, on a log that is not empty. */
async function refuses(
  store: EventStore,
  what: string,
  parts: readonly Partial<StreamAppend>[],
): Promise<void> {
  if ((await store.headPosition()) === 0) await store.append('order-1', 'none', newEvents(2));
  const malformed = parts.map((part) => ({
    stream: 'order-1',
    expectedRevision: 'any' as const,
    events: newEvents(1),
    ...part,
  }));
  const good = { stream: 'order-9', expectedRevision: 'any' as const, events: newEvents(1) };
  await assertNothingWritten(store, async () => {
    await assertInvalid(store.appendToStreams(malformed), what);
    if (parts.length > 0) await assertInvalid(store.appendToStreams([good, ...malformed]), what);
  });
  assert.equal(await store.streamRevision('order-9'), 0);
}
