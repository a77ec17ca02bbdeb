import fc from 'fast-check';
import assert from 'node:assert/strict';
import {
  type JsonValue,
  type RecordedEvent,
  ValidationFailedError,
} from '../../event-sourcing/index.js';
import {
  binary,
  cloudEventOf,
  readBinary,
  readStructured,
  recordedEventOf,
  structured,
} from './index.js';

const EVENT: RecordedEvent = {
  id: '0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3c',
  type: 'parcel.sent',
  version: 2,
  stream: 'parcel-7',
  revision: 3,
  position: 42,
  recordedAt: new Date('2026-11-26T09:00:00.123Z'),
  metadata: {
    correlationId: 'c 1',
    causationId: 'c2',
    actor: 'Zoë',
    tenant: 't',
    traceparent: '00-a',
    mine: ['é'],
  },
  tags: ['a'],
  data: { to: 'Oslo' },
};

describe('an event of the log as a CloudEvent', () => {
  it('says everything about it in attributes that others know, or can read', () => {
    assert.deepEqual(structured(cloudEventOf(EVENT, '/hub')), {
      specversion: '1.0',
      id: EVENT.id,
      source: '/hub',
      type: 'parcel.sent',
      subject: 'parcel-7',
      time: '2026-11-26T09:00:00.123Z',
      datacontenttype: 'application/json',
      schemaversion: 2,
      revision: '3',
      position: '42',
      sequence: '0000000000000042',
      partitionkey: 'parcel-7',
      correlationid: 'c 1',
      causationid: 'c2',
      actor: 'Zoë',
      tenant: 't',
      traceparent: '00-a',
      hubmetadata: '{"mine":["\\u00e9"]}',
      hubtags: '["a"]',
      data: { to: 'Oslo' },
    });
  });

  it('comes back from either mode as it was', () => {
    fc.assert(
      fc.property(recordedEvent(), (event) => {
        const cloudEvent = cloudEventOf(event, '/hub');
        const text = JSON.stringify(structured(cloudEvent));
        assert.deepEqual(recordedEventOf(readStructured(JSON.parse(text))), event);
        const { headers, body } = binary(cloudEvent);
        for (const value of Object.values(headers)) assert.match(value, /^[\x21-\x7e]*$/);
        assert.deepEqual(recordedEventOf(readBinary(headers, body)), event);
      }),
      { numRuns: 300 },
    );
  });

  const others: readonly [string, string | undefined][] = [
    ['data', undefined],
    ['subject', undefined],
    ['time', undefined],
    ['revision', '1.5'],
    ['position', undefined],
    ['schemaversion', 'x'],
    ['hubmetadata', '[]'],
    ['hubtags', '{'],
  ];
  for (const [field, value] of others) {
    it(`is none of the log where ${field} is ${value ?? 'missing'}`, () => {
      const event = { ...structured(cloudEventOf(EVENT, '/hub')), [field]: value };
      assert.throws(
        () => recordedEventOf(readStructured(event)),
        (error) => error instanceof ValidationFailedError && error.errors[0].field === field,
      );
    });
  }
});

function recordedEvent(): fc.Arbitrary<RecordedEvent> {
  const unit = fc.oneof(
    fc.integer({ min: 0x20, max: 0x7e }),
    fc.integer({ min: 0xa0, max: 0xd7ff }),
    fc.integer({ min: 0xe000, max: 0x10ffff }),
    fc.constantFrom(0x20, 0x22, 0x25, 0x5c),
  );
  const text = fc
    .array(unit, { minLength: 1, maxLength: 30 })
    .map((codes) => String.fromCodePoint(...codes));
  const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as JsonValue);
  const number = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
  const any = fc.string({ unit: 'binary' });
  const named = fc.record(
    {
      correlationId: text,
      causationId: text,
      actor: text,
      tenant: text,
      traceparent: text,
      command: json,
    },
    { requiredKeys: [] },
  );
  const own = fc.dictionary(
    fc.oneof(any, fc.constantFrom('__proto__', 'correlationid', 'data')),
    json,
  );
  const event = fc.record({
    id: fc.uuid(),
    type: fc.constantFrom('order.placed', 'a', 'a-b.c_d'),
    version: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    stream: text.map((id) => `order-${id.replace(/\s/g, '_')}`),
    revision: number,
    position: number,
    recordedAt: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') }),
    metadata: fc
      .tuple(own, named)
      .map(
        ([mine, kit]) =>
          JSON.parse(JSON.stringify({ ...mine, ...kit })) as RecordedEvent['metadata'],
      ),
    tags: fc.array(any),
    data: json,
  });
  return event.map((each) => ({ ...each }));
}
