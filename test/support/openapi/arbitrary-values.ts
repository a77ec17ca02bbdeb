import fc from 'fast-check';
import type { OpenApiDocument, Schema } from './openapi-document.js';

/** Few, so that requests meet on them. */
const EMAILS = ['ada@example.com', 'ADA@example.com', 'grace@example.com', 'jo@example.org'];

/** Stands where the id of an account that exists may go; another one each time. */
export const KNOWN_ACCOUNT = '00000000-0000-4000-8000-00000000000a';

const CURRENCIES = ['EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'USD', 'eur', 'ABC'];

/** Few, so that appends meet on them; the last one belongs to somebody. */
export const STREAMS = ['parcel-1', 'parcel-2', 'parcel-3', 'parcel_van-1', 'user-1'];

const ODD_TEXTS = [
  '',
  ' ',
  '\0',
  'a\0b@example.com',
  '\ud800',
  'a\udfff@example.com',
  '\u202egro.elpmaxe@a',
  '\ufeff',
  '😀@example.com',
  'e\u0301@example.com',
  '"\u0001"@example.com',
  'ﬀ@example.com',
  'İ@example.com',
  '\x1e',
  '\r\nx-injected: 1',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'undefined',
  'NaN',
  '-0',
  '1e400',
  '0x10',
  "' OR 1=1; --",
  '${7*7}{{7*7}}',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  'x'.repeat(255),
  'x'.repeat(20_000),
  `${'x'.repeat(64)}@${'y'.repeat(180)}.com`,
];

export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...ODD_TEXTS),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
);

export const oddNumber: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, -0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 53), 1e21, 1e308, 5e-324),
  fc.integer(),
  fc.double(),
);

/** Lists and objects in each other, up to some hundred levels deep. */
const deepValue: fc.Arbitrary<unknown> = fc
  .tuple(fc.constantFrom(1, 5, 98, 99, 100, 101, 500), fc.boolean())
  .map(([depth, asList]) => {
    let value: unknown = 'bottom';
    for (let level = 0; level < depth; level += 1) value = asList ? [value] : { deeper: value };
    return value;
  });

export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  oddText,
  oddNumber,
  fc.constantFrom(null, true, false, [], {}),
  fc.jsonValue({ maxDepth: 3 }),
  deepValue,
);

/** What the schema asks for: at the edges of it, in the middle of it, and just outside. */
export function valueOf(schema: Schema, document: OpenApiDocument): fc.Arbitrary<unknown> {
  const resolved = document.resolve(schema);
  if (resolved.oneOf) return fc.oneof(...resolved.oneOf.map((each) => valueOf(each, document)));
  if (resolved.enum) return fc.constantFrom(...resolved.enum);
  switch (resolved.type) {
    case 'integer':
    case 'number':
      return numberOf(resolved);
    case 'boolean':
      return fc.boolean();
    case undefined:
      return anyJson;
    case 'array':
      return listOf(resolved, document);
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(resolved.properties ?? {}).map(([name, own]) => [
            name,
            valueOf(own, document),
          ]),
        ),
      );
    default:
      return textOf(resolved);
  }
}

/** Short, and mostly no shorter than it may be. */
function listOf({ items = {}, minItems = 0 }: Schema, document: OpenApiDocument) {
  const item = valueOf(items, document);
  return fc.oneof(
    { arbitrary: fc.array(item, { minLength: minItems, maxLength: minItems + 2 }), weight: 9 },
    { arbitrary: fc.constant([]), weight: 1 },
  );
}

function numberOf({ minimum = -100, maximum = 100 }: Schema): fc.Arbitrary<number> {
  return fc.oneof(
    fc.constantFrom(minimum, maximum, minimum - 1, maximum + 1, minimum + 1, 1, 2, 3),
    fc.integer({ min: Math.max(minimum, -1e9), max: Math.min(maximum, 1e9) }),
  );
}

function textOf({ format, pattern, maxLength }: Schema): fc.Arbitrary<string> {
  if (format === 'email') {
    return fc.oneof(
      fc.constantFrom(...EMAILS),
      fc.emailAddress(),
      fc.nat(1e6).map((nr) => `someone${nr}@example.com`),
    );
  }
  if (format === 'uuid') {
    return fc.oneof(
      { arbitrary: fc.constant(KNOWN_ACCOUNT), weight: 3 },
      { arbitrary: fc.uuid(), weight: 1 },
    );
  }
  if (format === 'stream-name') return fc.constantFrom(...STREAMS);
  if (format === 'iso-4217') return fc.constantFrom(...CURRENCIES);
  if (format === 'date-time') {
    return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  }
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  const most = maxLength ?? 100;
  return fc.oneof(
    fc.string({ maxLength: most }),
    fc.constantFrom('x'.repeat(most), 'x'.repeat(most + 1), '"1"', '"2"', '*', 'MQ', 'MTA'),
  );
}
