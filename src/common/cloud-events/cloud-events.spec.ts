import assert from 'node:assert/strict';
import { ValidationFailedError } from '../../event-sourcing/index.js';
import {
  binary,
  type CloudEvent,
  isBinary,
  readBatch,
  readBinary,
  readStructured,
  structured,
} from './index.js';

// The examples of the JSON event format and of the HTTP protocol binding, 1.0.2.
const ATTRIBUTES = {
  specversion: '1.0',
  type: 'com.example.someevent',
  source: '/mycontext',
  id: 'C234-1234-1234',
  time: '2018-04-05T17:31:00Z',
  comexampleextension1: 'value',
  comexampleothervalue: 5,
};
const HEADERS = {
  'ce-specversion': '1.0',
  'ce-type': 'com.example.someevent',
  'ce-source': '/mycontext',
  'ce-id': 'C234-1234-1234',
  'ce-time': '2018-04-05T17:31:00Z',
  'ce-comexampleextension1': 'value',
  'ce-comexampleothervalue': '5',
};
const NO_BODY = new Uint8Array();

describe('the modes of CloudEvents 1.0', () => {
  const examples: readonly [string, Record<string, unknown>, string, string][] = [
    [
      'JSON',
      { datacontenttype: 'application/json', data: { appinfoA: 'abc', appinfoB: 123 } },
      'application/json',
      '{"appinfoA":"abc","appinfoB":123}',
    ],
    [
      'a text of JSON without a content type',
      { data: "I'm just a string" },
      'application/json',
      `"I'm just a string"`,
    ],
    [
      'XML',
      { datacontenttype: 'application/xml', data: '<much wow="xml"/>' },
      'application/xml',
      '<much wow="xml"/>',
    ],
    [
      'bytes',
      { datacontenttype: 'application/octet-stream', data_base64: '/wD+' },
      'application/octet-stream',
      '\xff\0\xfe',
    ],
    [
      'null, which is data',
      { datacontenttype: 'application/json', data: null },
      'application/json',
      'null',
    ],
  ];
  for (const [what, rest, contentType, body] of examples) {
    it(`carries ${what} in either`, () => {
      const event = readStructured({ ...ATTRIBUTES, ...rest });
      assert.deepEqual(structured(event), { ...ATTRIBUTES, ...rest });
      const message = binary(event);
      assert.deepEqual(message.headers, { ...HEADERS, 'content-type': contentType });
      assert.deepEqual(
        Buffer.from(message.body),
        Buffer.from(body, what === 'bytes' ? 'latin1' : 'utf8'),
      );
    });
  }

  it('reads headers in any case, and takes null for what is not set', () => {
    const headers = {
      'CE-SpecVersion': '1.0',
      'Ce-Type': 'a',
      'CE-ID': '1',
      'ce-source': '/s',
      'Content-Type': 'application/vnd.a+json; charset=utf-8',
    };
    assert.equal(isBinary(headers), true);
    assert.equal(isBinary({ 'content-type': 'application/json' }), false);
    const event = readBinary(headers, Buffer.from('[1]'));
    assert.deepEqual(event, {
      specversion: '1.0',
      type: 'a',
      id: '1',
      source: '/s',
      datacontenttype: 'application/vnd.a+json; charset=utf-8',
      extensions: {},
      data: [1],
    });
    assert.equal('subject' in readStructured({ ...ATTRIBUTES, subject: null, unset: null }), false);
  });

  it('leaves out data where there is none', () => {
    const event = readBinary(HEADERS, NO_BODY);
    assert.equal('data' in event, false);
    assert.deepEqual(binary(event), { headers: HEADERS, body: NO_BODY });
    assert.equal('data' in structured(event), false);
  });

  it('reads bytes that are said to be JSON as JSON, and other bytes as such', () => {
    const json = { ...ATTRIBUTES, datacontenttype: 'text/json', data_base64: 'eyJhIjoxfQ==' };
    assert.deepEqual(readStructured(json).data, { a: 1 });
    assert.deepEqual(
      readStructured({ ...ATTRIBUTES, data_base64: '/w==' }).data,
      Uint8Array.of(255),
    );
    const text = readBinary({ ...HEADERS, 'content-type': 'text/plain' }, Buffer.from('hi'));
    assert.deepEqual(Buffer.from(text.data as Uint8Array).toString(), 'hi');
  });

  it('percent-encodes header values as the HTTP binding does', () => {
    const event = { ...readStructured(ATTRIBUTES), subject: 'Euro \u20AC \u{1F600}' };
    assert.equal(binary(event).headers['ce-subject'], 'Euro%20%E2%82%AC%20%F0%9F%98%80');
    const read = (value: string) =>
      readBinary({ ...HEADERS, 'ce-subject': value }, NO_BODY).subject;
    assert.equal(read('Euro%20%e2%82%ac%20%F0%9F%98%80'), event.subject);
    assert.equal(read('%41bc'), 'Abc');
    assert.equal(read('"an \\"old\\" one: %2541"'), 'an "old" one: %41');
    assert.equal(read('100% of it'), '100% of it');
  });

  it('reads a batch, an empty one too', () => {
    const [first, second] = readBatch([ATTRIBUTES, { ...ATTRIBUTES, id: '2', data: 1 }]);
    assert.deepEqual([first.id, second.id, second.data], ['C234-1234-1234', '2', 1]);
    assert.deepEqual(readBatch([]), []);
  });
});

describe('what is no CloudEvent', () => {
  const wrong: readonly [string, () => CloudEvent | readonly CloudEvent[], readonly string[]][] = [
    [
      'nothing of what must be there',
      () => readStructured({}),
      ['specversion', 'id', 'source', 'type'],
    ],
    ['no object', () => readStructured([1]), ['the body']],
    ['no batch', () => readBatch({}), ['the body']],
    ['the second of a batch', () => readBatch([ATTRIBUTES, { ...ATTRIBUTES, id: '' }]), ['1.id']],
    ['no object in a batch', () => readBatch([null]), ['0']],
    [
      'another version, source and time',
      () => readStructured({ ...ATTRIBUTES, specversion: '0.3', source: 'a b', time: 'now' }),
      ['specversion', 'source', 'time'],
    ],
    [
      'a name that cannot be one',
      () => readStructured({ ...ATTRIBUTES, 'not-one': 'a' }),
      ['not-one'],
    ],
    [
      'an extension of more than one value',
      () => readStructured({ ...ATTRIBUTES, list: [1], half: 0.5 }),
      ['list', 'half'],
    ],
    [
      'a number for a text',
      () => readStructured({ ...ATTRIBUTES, id: 5, subject: 5 }),
      ['id', 'subject'],
    ],
    [
      'data twice',
      () => readStructured({ ...ATTRIBUTES, data: 1, data_base64: '' }),
      ['data_base64'],
    ],
    ['no Base64', () => readStructured({ ...ATTRIBUTES, data_base64: 'a' }), ['data_base64']],
    [
      'an object as XML',
      () => readStructured({ ...ATTRIBUTES, datacontenttype: 'text/xml', data: {} }),
      ['data'],
    ],
    [
      'bytes that are no JSON',
      () => readStructured({ ...ATTRIBUTES, datacontenttype: 'a/json', data_base64: '/w==' }),
      ['data_base64'],
    ],
    ['a body that is no JSON', () => readBinary(HEADERS, Buffer.from('{')), ['the body']],
    [
      'JSON that is nested too deeply',
      () => readBinary(HEADERS, Buffer.from('['.repeat(101) + ']'.repeat(101))),
      ['the body'],
    ],
    [
      'overlong UTF-8',
      () => readBinary({ ...HEADERS, 'ce-subject': '%C0%A0' }, NO_BODY),
      ['ce-subject'],
    ],
    ['a header twice', () => readBinary({ ...HEADERS, 'ce-x': ['1', '2'] }, NO_BODY), ['ce-x']],
    [
      'a header twice, in two cases',
      () => readBinary({ ...HEADERS, 'CE-ID': '7' }, NO_BODY),
      ['ce-id'],
    ],
    [
      'the content type twice',
      () => readBinary({ ...HEADERS, 'ce-datacontenttype': 'a/b' }, NO_BODY),
      ['ce-datacontenttype'],
    ],
  ];
  for (const [what, read, fields] of wrong) {
    it(`is refused for ${what}`, () => {
      assert.throws(read, (error) => {
        assert(error instanceof ValidationFailedError);
        assert.deepEqual(
          error.errors.map(({ field }) => field),
          fields,
        );
        return true;
      });
    });
  }
});
