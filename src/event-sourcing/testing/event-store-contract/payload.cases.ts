import assert from 'node:assert/strict';
import { EventStore } from '../../store/event-store.js';
import { EventMetadata, JsonValue, NewEvent } from '../../store/recorded-event.js';
import { casesOf } from './contract-case.js';
import { newEvent, newEvents, numbers, wholeLog } from './contract-support.js';

const CONTROL = String.fromCharCode(...numbers(0, 31), 0x7f, 0x80, 0x9f);

export const payloadCases = casesOf('payloads', {
  'texts of every kind come back as they were': async (store) => {
    await comeBack(store, [
      '',
      ' ',
      'Grüße, Ωμέγα, 日本語, العربية, 👩‍👩‍👧‍👦',
      'e\u0301 is not \u00e9',
      CONTROL,
      'a\u0000b',
      '\u0000',
      '\ud800',
      'x\udc00\ud800y',
      '\ufffd\ufeff\uffff',
      '\u2028\u2029',
      '\x1e',
      'left\x1eright\x1f',
      'E\'\\x1e\' "quoted" \\ \\\\ $$ $1 ? :name %s {}',
      "'); DROP TABLE hub_events; --",
      'null',
      'NULL',
      '{}',
    ]);
  },

  'numbers come back as they were': async (store) => {
    await comeBack(store, [
      0,
      1,
      -1,
      0.1,
      1 / 3,
      Number.MAX_SAFE_INTEGER,
      Number.MIN_SAFE_INTEGER,
      Number.MAX_VALUE,
      Number.MIN_VALUE,
      Number.EPSILON,
      1e21,
      -1e-7,
      2 ** 63,
    ]);
  },

  'empty and bare values come back as they were': async (store) => {
    await comeBack(store, [{}, [], '', null, true, false, [null], [[]], [{}], { a: {} }]);
  },

  'objects come back with every key, in the same order': async (store) => {
    const keys = [
      'b',
      'a',
      '',
      ' ',
      '__proto__',
      'constructor',
      'toString',
      'a.b',
      'a-b',
      '$',
      'ä',
    ];
    const odd = [...keys, '\u0000', '\ud800', '\x1e', '"', "'", '\\', 'длинный', '10', '9'];
    const data = Object.fromEntries(odd.map((key, index) => [key, { [key]: index }]));
    await comeBack(store, [data]);
    const [event] = await wholeLog(store);
    assert.deepEqual(Object.keys(event.data as object), Object.keys(data));
  },

  'deeply nested data comes back as it was': async (store) => {
    const nest = (depth: number): JsonValue =>
      numbers(1, depth).reduce<JsonValue>(
        (inner, nr) => (nr % 2 ? { inner } : [inner, nr]),
        'core',
      );
    await comeBack(store, [nest(10), nest(500)]);
  },

  'a payload of a megabyte comes back as it was': async (store) => {
    await comeBack(store, ['x'.repeat(1024 * 1024), { text: '€😀'.repeat(180_000) }]);
  },

  'a thousand events are stored by one append': async (store) => {
    const events = numbers(1, 1_000).map((nr) => newEvent({ data: { nr } }));
    const result = await store.append('large-1', 'none', events);
    assert.equal(result.events.length, 1_000);
    assert.equal(result.position, 1_000);
    const log = await wholeLog(store);
    assert.deepEqual(
      log.map(({ id, data }) => ({ id, data })),
      events.map(({ id, data }) => ({ id, data })),
    );
  },

  'metadata comes back as it was, the known fields and the own': async (store) => {
    const metadata: EventMetadata = {
      correlationId: 'request-1',
      causationId: '01890a5d-ac96-774b-bcce-b302099a8057',
      actor: 'user-1',
      tenant: 'acme',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      own: { list: [1, null, '\u0000\x1e'], '': true },
    };
    await store.append('order-1', 'none', [newEvent({ metadata }), newEvent({ metadata: {} })]);
    await store.append('order-1', 2, [newEvent()]);
    const log = await wholeLog(store);
    assert.deepEqual(
      log.map((event) => event.metadata),
      [metadata, {}, {}],
    );
  },

  'tags come back as they were, and in their order': async (store) => {
    const tags = ['user:1', 'email:ä@example.org', '', 'b,c', '"', '\x1e', '{}', 'null', '\u0000'];
    await store.append('order-1', 'none', [newEvent({ tags }), newEvent({ tags: [] }), newEvent()]);
    await store.append('order-1', 3, [newEvent({ tags: ['one'] })]);
    const log = await wholeLog(store);
    assert.deepEqual(
      log.map((event) => event.tags),
      [tags, [], [], ['one']],
    );
  },

  'ids, types, versions and stream names come back as they were': async (store) => {
    const longType = `a${'.b1-c_d'.repeat(28)}`;
    const events = [
      newEvent({ id: '00000000-0000-0000-0000-000000000000', type: 'a', version: 1 }),
      newEvent({ id: 'ffffffff-ffff-ffff-ffff-ffffffffffff', type: longType, version: 2 }),
      newEvent({ type: 'order.line-added_2', version: 2_147_483_647 }),
    ];
    const streams = [
      'a-1',
      `long-${'x'.repeat(250)}`,
      'order_2-Ä',
      'order-1-2--3',
      'q-\'";\\,{}()$1?:x%',
      'emoji-😀é日本',
    ];
    for (const stream of streams) {
      const own = stream === 'a-1' ? events : [newEvent()];
      await store.append(stream, 'none', own);
      assert.equal(await store.streamRevision(stream), own.length);
    }
    const log = await wholeLog(store);
    assert.deepEqual(
      log.slice(0, 3).map(({ id, type, version }) => ({ id, type, version })),
      events.map(({ id, type, version }) => ({ id, type, version })),
    );
    assert.deepEqual([...new Set(log.map(({ stream }) => stream))], streams);
  },

  'nobody shares an object with the log': async (store) => {
    const event = newEvent({
      data: { list: [1], inner: { value: 'kept' } },
      metadata: { own: { value: 'kept' } },
      tags: ['kept'],
    });
    const asStored = JSON.parse(JSON.stringify(event)) as NewEvent;
    const result = await store.append('order-1', 'none', [event]);
    spoil(event);
    spoil(result.events[0]);
    for (const recorded of [...(await wholeLog(store)), await store.findEvent(asStored.id)]) {
      spoil(recorded);
    }
    const [{ id, data, metadata, tags, position, recordedAt }] = await wholeLog(store);
    assert.deepEqual(
      { id, data, metadata, tags, position },
      {
        id: asStored.id,
        data: asStored.data,
        metadata: asStored.metadata,
        tags: asStored.tags,
        position: 1,
      },
    );
    assert.notEqual(recordedAt.getTime(), 0);
    const repeated = await store.append('order-1', 'none', [asStored]);
    assert.deepEqual(repeated.events, [
      { id: asStored.id, stream: 'order-1', revision: 1, position: 1 },
    ]);
  },
});

/** Stores each value as the data of an event of its own and reads all of them back. */
async function comeBack(store: EventStore, values: readonly JsonValue[]): Promise<void> {
  await store.append(
    'value-1',
    'none',
    values.map((data) => newEvent({ data, metadata: { data } })),
  );
  const log = await wholeLog(store);
  assert.deepEqual(
    log.map((event) => event.data),
    values,
  );
  assert.deepEqual(
    log.map((event) => event.metadata.data),
    values,
  );
  const single = newEvents(1, { data: values[0] });
  await store.append('value-2', 'none', single);
  assert.deepEqual((await store.findEvent(single[0].id))?.data, values[0]);
}

/** Changes everything about an object that can be changed, deep down. */
function spoil(target: object | undefined): void {
  for (const [key, value] of Object.entries(target ?? {}) as [string, unknown][]) {
    if (value instanceof Date) value.setTime(0);
    else if (typeof value === 'object' && value !== null) spoil(value);
    else Reflect.set(target as object, key, 'spoilt');
  }
}
