import assert from 'node:assert/strict';
import { CompiledSchema } from './compiled-schema.js';

describe('A compiled schema', () => {
  it('knows its patterns from one another, and from those of others', () => {
    const properties = { a: { pattern: '^a' }, b: { pattern: '^b' } };
    const schema = new CompiledSchema({ properties });
    assert.deepEqual(schema.findingsIn({ a: 'a', b: 'b' }), []);
    assert.deepEqual(
      schema.findingsIn({ a: 'b', b: 'a' }).map(({ pointer }) => pointer),
      ['/a', '/b'],
    );
    assert.equal(new CompiledSchema({ pattern: '^c' }).findingsIn('a').length, 1);
  });

  it('looks for properties of the data itself only', () => {
    const schema = new CompiledSchema({ required: ['constructor'] });
    assert.equal(schema.findingsIn({}).length, 1);
    assert.deepEqual(
      new CompiledSchema({ properties: { toString: { type: 'null' } } }).findingsIn({}),
      [],
    );
  });

  it('tells everything that is wrong with small data, and the first of it where data or schema are large', () => {
    const schema = new CompiledSchema({ items: { type: 'null' } });
    assert.equal(schema.findingsIn([1, null, 2]).length, 2);
    assert.equal(schema.findingsIn(Array<number>(100).fill(1)).length, 50);
    assert.equal(schema.findingsIn(Array<number>(10_000).fill(1)).length, 1);
    const large = new CompiledSchema({
      allOf: Array<object>(500).fill({ items: { type: 'null' } }) as [],
    });
    assert.equal(large.findingsIn(Array<number>(1_000).fill(1)).length, 1);
  });

  it('tells the first error where all of them cannot be had', () => {
    const schema = new CompiledSchema({
      anyOf: [{ maximum: 0, properties: { a: { type: 'string' } } }],
      patternProperties: { '^a': { type: 'string' } },
    });
    assert.deepEqual(schema.findingsIn({ a: 'text' }), []);
    assert.notDeepEqual(schema.findingsIn({ a: {} }), []);
  });

  it('says which values and properties it means', () => {
    const schema = new CompiledSchema({ enum: ['a', 'b'] });
    assert.deepEqual(schema.findingsIn(1), [
      { pointer: '', message: 'must be equal to one of the allowed values: ["a","b"]' },
    ]);
  });
});
