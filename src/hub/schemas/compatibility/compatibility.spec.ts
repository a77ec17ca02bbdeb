import fc from 'fast-check';
import assert from 'node:assert/strict';
import type { JsonValue } from '../../../event-sourcing/index.js';
import { CompiledSchema } from '../compiled-schema.js';
import type { JsonSchema, SchemaObject } from '../json-schema.js';
import { plainSchema } from '../plain-schema.js';
import { incompatibilities } from './compatibility.js';

const RUNS = Number(process.env.COMPATIBILITY_RUNS ?? 400);
const VALUES_FOR_EACH = 30;

describe('Compatibility of schemas', () => {
  const closed = (properties: object, required: string[] = []): SchemaObject =>
    ({ type: 'object', properties, required, additionalProperties: false }) as SchemaObject;
  const text = { type: 'string' } as const;

  const changes: readonly [string, JsonSchema, JsonSchema, string[], string[]][] = [
    ['nothing', closed({ a: text }), closed({ a: text }), [], []],
    [
      'an optional property more, where others are not allowed',
      closed({ a: text }),
      closed({ a: text, b: text }),
      [],
      ['/properties/b'],
    ],
    [
      'an optional property more, where others are allowed',
      { type: 'object' },
      { type: 'object', properties: { b: text } },
      ['/properties/b'],
      [],
    ],
    [
      'a required property more',
      closed({ a: text }),
      closed({ a: text, b: text }, ['b']),
      ['/required'],
      ['/properties/b'],
    ],
    [
      'a property that need not be there any more',
      closed({ a: text }, ['a']),
      closed({ a: text }),
      [],
      ['/required'],
    ],
    ['a property less', closed({ a: text, b: text }), closed({ a: text }), ['/properties/b'], []],
    [
      'another type, nested',
      closed({ a: closed({ b: text }) }),
      closed({ a: closed({ b: { type: 'number' } }) }),
      ['/properties/a/properties/b/type'],
      ['/properties/a/properties/b/type'],
    ],
    ['a wider type', { type: 'integer' }, { type: ['number', 'null'] }, [], ['/type']],
    ['a value more', { enum: ['a', 'b'] }, { enum: ['a', 'b', 'c'] }, [], ['']],
    ['values where there was a type', text, { enum: ['a'] }, ['/enum'], []],
    [
      'narrower bounds',
      { minLength: 1, type: 'string' },
      { minLength: 2, maxLength: 5, type: 'string' },
      ['/minLength', '/maxLength'],
      [],
    ],
    [
      'a bound of numbers said in another way',
      { type: 'integer', minimum: 1 },
      { type: 'integer', exclusiveMinimum: 0 },
      [],
      ['/minimum'],
    ],
    [
      'other items',
      { type: 'array', items: text },
      { type: 'array', items: { type: 'null' } },
      ['/items/type'],
      ['/items/type'],
    ],
    [
      'first items of their own',
      { type: 'array', prefixItems: [{}], items: text },
      { type: 'array', items: text },
      ['/items/type'],
      ['/prefixItems'],
    ],
    [
      'what follows from a condition',
      { if: text, then: { minLength: 1 } },
      { if: text, then: { minLength: 2 } },
      ['/if'],
      ['/if'],
    ],
    ['a pattern', text, { type: 'string', pattern: '^a' }, ['/pattern'], []],
    ['what cannot be told', text, { type: 'string', not: { const: 'a' } }, ['/not'], []],
    ['one of several', text, { anyOf: [{ type: 'null' }, text] }, [], ['/type']],
    ['a reference that says the same', { $ref: '#/$defs/a', $defs: { a: text } }, text, [], []],
  ];
  for (const [what, old, young, backward, forward] of changes) {
    it(`tells of ${what}`, () => {
      const [earlier, later] = [old, young].map((each) => plainSchema(each as SchemaObject));
      const pointers = (mode: 'backward' | 'forward') =>
        incompatibilities(mode, earlier, later).map(({ pointer }) => pointer);
      assert.deepEqual([...new Set(pointers('backward'))], backward);
      assert.deepEqual([...new Set(pointers('forward'))], forward);
      const both = incompatibilities('full', earlier, later);
      assert.equal(both.length, pointers('backward').length + pointers('forward').length);
      assert.deepEqual(incompatibilities('none', earlier, later), []);
    });
  }

  it('is never told of schemas of which one refuses what the other one takes', () => {
    const seen = { compatible: 0, witnesses: 0 };
    const values = fc.array(value(), { minLength: VALUES_FOR_EACH, maxLength: VALUES_FOR_EACH });
    fc.assert(
      fc.property(pair(), values, ([earlier, later], samples) => {
        for (const [mode, from, to] of [
          ['backward', earlier, later],
          ['forward', later, earlier],
        ] as const) {
          if (incompatibilities(mode, earlier, later).length > 0) continue;
          const writer = new CompiledSchema(from);
          const reader = new CompiledSchema(to);
          const valid = samples.filter((each) => writer.findingsIn(each).length === 0);
          seen.compatible += 1;
          seen.witnesses += valid.length;
          for (const each of valid) {
            assert.deepEqual(reader.findingsIn(each), [], `${mode}: ${JSON.stringify(each)}`);
          }
        }
      }),
      { numRuns: RUNS },
    );
    // Otherwise nothing was shown.
    assert(seen.compatible > RUNS / 5, JSON.stringify(seen));
    assert(seen.witnesses > RUNS, JSON.stringify(seen));
  });
});

const NAMES = ['a', 'b', 'constructor'];

function value(): fc.Arbitrary<JsonValue> {
  const scalar: fc.Arbitrary<JsonValue> = fc.constantFrom<JsonValue>(
    ...['', 'a', 'ab', 'abc', '😀', 0, 1, 2, 3, -1, 0.5, 1.5, 1e21, null, true, false],
  );
  return fc.letrec<{ value: JsonValue }>((again) => ({
    value: fc.oneof(
      { depthSize: 'small', maxDepth: 2 },
      { arbitrary: scalar, weight: 2 },
      { arbitrary: fc.array(again('value'), { maxLength: 3 }), weight: 1 },
      {
        arbitrary: fc
          .dictionary(fc.constantFrom(...NAMES), again('value'), { noNullPrototype: true })
          .map((each) => each as JsonValue),
        weight: 3,
      },
    ),
  })).value;
}

/** Two that have much in common: otherwise they would never be compatible. */
function pair(): fc.Arbitrary<readonly [JsonSchema, JsonSchema]> {
  const changed = fc
    .tuple(schema(), schema(), fc.record({ nth: fc.integer({ min: 1, max: 5 }), from: fc.nat(4) }))
    .map(([one, other, which]): readonly [JsonSchema, JsonSchema] => [
      one,
      mixed(one, other, which),
    ]);
  return fc
    .oneof(
      { arbitrary: changed, weight: 4 },
      { arbitrary: fc.tuple(schema(), schema()), weight: 1 },
    )
    .filter((both) => both.every(isCompilable));
}

/** The one with every nth keyword as the other has it, here or deeper. */
function mixed(
  one: JsonSchema,
  other: JsonSchema,
  which: { nth: number; from: number },
): JsonSchema {
  if (typeof one === 'boolean' || typeof other === 'boolean') return other;
  const keywords = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  const chosen = keywords.map((keyword, place) => {
    const isOther = (place + which.from) % which.nth === 0;
    if (keyword === 'properties' && isOther) {
      return [keyword, { ...(one.properties as object), ...(other.properties as object) }] as const;
    }
    return [keyword, isOther ? other[keyword] : one[keyword]] as const;
  });
  return Object.fromEntries(chosen.filter(([, each]) => each !== undefined));
}

function schema(): fc.Arbitrary<JsonSchema> {
  const types = ['string', 'number', 'integer', 'object', 'array', 'null', 'boolean'];
  const few = fc.integer({ min: 0, max: 3 });
  return fc
    .letrec<{ schema: JsonSchema }>((again) => {
      const several = fc.array(again('schema'), { minLength: 1, maxLength: 2 });
      const byName = fc.dictionary(fc.constantFrom(...NAMES), again('schema'), {
        maxKeys: 2,
        noNullPrototype: true,
      });
      const keywords: Record<string, fc.Arbitrary<unknown>> = {
        type: fc.oneof(
          fc.constantFrom(...types),
          fc.uniqueArray(fc.constantFrom(...types), { minLength: 1, maxLength: 3 }),
        ),
        enum: fc.uniqueArray(fc.constantFrom('a', 'ab', 1, 2, null), {
          minLength: 1,
          maxLength: 3,
        }),
        const: fc.constantFrom('a', 1, null),
        minLength: few,
        maxLength: few,
        pattern: fc.constantFrom('^a', 'b'),
        minimum: few,
        maximum: few,
        exclusiveMinimum: few,
        exclusiveMaximum: few,
        multipleOf: fc.constantFrom(1, 2, 0.5),
        minItems: few,
        maxItems: few,
        items: again('schema'),
        prefixItems: several,
        contains: again('schema'),
        minContains: few,
        uniqueItems: fc.boolean(),
        properties: byName,
        patternProperties: fc.constantFrom({ '^a': { type: 'string' } }, { b: false }),
        additionalProperties: again('schema'),
        required: fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 2 }),
        minProperties: few,
        maxProperties: few,
        propertyNames: fc.constantFrom({ maxLength: 1 }, { pattern: 'a' }),
        dependentRequired: fc.constantFrom({ a: ['b'] }, { b: ['a'] }),
        allOf: several,
        anyOf: several,
        oneOf: several,
        not: again('schema'),
        if: again('schema'),
        then: again('schema'),
        else: again('schema'),
        unevaluatedProperties: again('schema'),
      };
      const names = Object.keys(keywords);
      // Of few types, so that there are values of it; and of few keywords, so that what is said may follow.
      const object = fc
        .uniqueArray(
          fc.oneof(
            fc.constantFrom(...names),
            fc.constantFrom('properties', 'required', 'additionalProperties'),
          ),
          { maxLength: 4 },
        )
        .chain((chosen) =>
          fc.record(Object.fromEntries(chosen.map((name) => [name, keywords[name]]))),
        )
        .map((each) => ({ ...each }) as SchemaObject);
      return {
        schema: fc.oneof(
          { depthSize: 'small', maxDepth: 2 },
          {
            arbitrary: fc.constantFrom<JsonSchema>(
              true,
              {},
              { type: 'string' },
              { type: 'integer' },
              false,
            ),
            weight: 1,
          },
          { arbitrary: object, weight: 3 },
        ),
      };
    })
    .schema.filter(isCompilable);
}

/** Ajv is strict about keywords that say nothing. */
function isCompilable(each: JsonSchema): boolean {
  try {
    return new CompiledSchema(each) instanceof CompiledSchema;
  } catch {
    return false;
  }
}
