import fc from 'fast-check';
import assert from 'node:assert/strict';
import { UnstorableValueError } from '../errors/event.errors.js';
import type { JsonValue } from '../store/recorded-event.js';
import { decodeEventData, encodeEventData } from './event-data-codec.js';
import { ValueObject } from './value-object.decorator.js';

class Happened {
  constructor(readonly value: unknown) {}
}

@ValueObject('test-money')
class Money {
  constructor(
    readonly amount: bigint,
    readonly currency: string,
  ) {
    if (amount < 0n) throw new Error('Less than nothing.');
  }

  plus(other: Money): Money {
    return new Money(this.amount + other.amount, this.currency);
  }
}

@ValueObject('test-line')
class Line {
  constructor(
    readonly label: string,
    readonly price: Money | null,
    readonly extra: unknown = {},
  ) {}
}

class Undeclared {
  constructor(readonly x = 1) {}
}

/** By way of the text that the log keeps. */
function roundTrip<T extends object>(event: T): T {
  const text = JSON.stringify(encodeEventData(event));
  return decodeEventData(JSON.parse(text) as JsonValue, Object.getPrototypeOf(event) as T);
}

function comesBack(value: unknown): void {
  assert.deepStrictEqual(roundTrip(new Happened(value)), new Happened(value));
}

function refusalOf(event: object): UnstorableValueError {
  try {
    encodeEventData(event);
  } catch (error) {
    if (error instanceof UnstorableValueError) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

function nested(depth: number): unknown {
  let value: unknown = 'bottom';
  for (let level = 0; level < depth; level += 1) value = level % 2 ? [value] : { down: value };
  return value;
}

describe('an event comes back as it was', () => {
  it.each<[string, unknown]>([
    ['texts', ['', 'John', 'Zoë 🦉', '\u0000', 'a\ud800b', '"\\\n', '{ "$date": "2026" }']],
    ['numbers', [0, -1.5, 1e21, 5e-324, Number.MAX_SAFE_INTEGER]],
    ['true, false and null', [true, false, null]],
    ['dates', [new Date(0), new Date('2026-02-28T23:59:59.999Z'), new Date(-8.64e15)]],
    ['bigints', [0n, -1n, 2n ** 200n]],
    ['arrays, also empty and nested', [[], [[]], [[1, [2]], 'x']]],
    ['plain objects', { a: { b: [{ c: null }] }, empty: {} }],
    ['declared value objects', new Line('tea', new Money(350n, 'EUR'))],
    ['value objects in arrays and objects', { lines: [new Line('a', null), new Line('b', null)] }],
    [
      'keys that start with $',
      { $: 1, $$: 2, $date: 'today', $bigint: '1', $type: 'x', $$date: 3 },
    ],
    ['a value object with such keys', new Line('x', null, { $type: 'test-money', $date: '2026' })],
    ['keys that objects have anyway', { constructor: 1, toString: 'x', hasOwnProperty: null }],
    ['a key named __proto__', JSON.parse('{ "__proto__": { "polluted": true }, "a": 1 }')],
    ['deep nesting', nested(500)],
  ])('with %s', (_, value) => comesBack(value));

  it('whatever data it holds', () => {
    fc.assert(
      fc.property(eventData(), (value) => comesBack(value)),
      { numRuns: 1_000 },
    );
  });

  it('as an instance of its class, without the constructor being run', () => {
    let constructed = 0;
    class Counted {
      readonly at = new Date(0);
      constructor() {
        constructed += 1;
      }
      get year(): number {
        return this.at.getUTCFullYear();
      }
    }
    const back = roundTrip(new Counted());
    expect(back).toBeInstanceOf(Counted);
    expect(back.year).toBe(1970);
    expect(constructed).toBe(1);
  });

  it('with value objects that can do what they could', () => {
    const back = roundTrip(new Happened(new Money(1n, 'EUR')));
    expect((back.value as Money).plus(new Money(2n, 'EUR'))).toEqual(new Money(3n, 'EUR'));
  });

  it('with a value object stored before its rules were made stricter', () => {
    const stored = { value: { $type: 'test-money', amount: { $bigint: '-5' }, currency: 'EUR' } };
    const back = decodeEventData(stored, Happened.prototype);
    expect((back.value as Money).amount).toBe(-5n);
  });

  it('without touching the prototype of any object, whatever is stored', () => {
    const evil = '"__proto__": { "polluted": true }';
    const stored = `{ "value": [{ ${evil} }, { "$type": "test-line", ${evil} }], ${evil} }`;
    const back = decodeEventData(JSON.parse(stored) as JsonValue, Happened.prototype);
    const [plain, line] = back.value as object[];
    for (const [object, prototype] of [
      [back, Happened.prototype],
      [plain, Object.prototype],
      [line, Line.prototype],
    ]) {
      expect(Object.getPrototypeOf(object)).toBe(prototype);
      expect(Object.getOwnPropertyDescriptor(object, '__proto__')?.value).toEqual({
        polluted: true,
      });
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('except that a property which is undefined is not there, as in JSON', () => {
    const back = roundTrip(new Happened({ a: undefined, b: 1 }));
    expect(Object.keys(back.value as object)).toEqual(['b']);
  });

  it('with what occurs twice in it as two equal values', () => {
    const shared = { street: 'Main St' };
    comesBack({ home: shared, work: shared, all: [shared, shared] });
  });
});

describe('the stored form', () => {
  it('is plain JSON, with what JSON does not know as an object with one key that starts with $', () => {
    const at = new Date('2026-01-02T03:04:05.678Z');
    const event = new Happened({ at, big: 7n, line: new Line('tea', null), $own: 1 });
    expect(encodeEventData(event)).toEqual({
      value: {
        at: { $date: '2026-01-02T03:04:05.678Z' },
        big: { $bigint: '7' },
        line: { $type: 'test-line', label: 'tea', price: null, extra: {} },
        $$own: 1,
      },
    });
  });

  it('leaves out what is no property of the event itself', () => {
    class Derived {
      readonly a = 1;
      get b(): number {
        return 2;
      }
    }
    const event = Object.defineProperty(new Derived(), Symbol('context'), { value: 'x' });
    expect(encodeEventData(event)).toEqual({ a: 1 });
  });

  it('of a value object whose class is gone is refused by the name to declare', () => {
    const stored = { value: { $type: 'test-gone', x: 1 } };
    expect(() => decodeEventData(stored, Happened.prototype)).toThrow(
      /no class is declared with @ValueObject\('test-gone'\)/,
    );
  });
});

describe('what would not come back as it was is refused, with its path', () => {
  const cyclic: Record<string, unknown> = {};
  cyclic.self = { again: [cyclic] };

  it.each<[string, unknown, string, RegExp]>([
    ['undefined in an array', [1, undefined], 'Happened.value[1]', /undefined/],
    ['a hole in an array', new Array(1), 'Happened.value[0]', /undefined/],
    ['a function', { f: () => 1 }, 'Happened.value.f', /function/],
    ['a symbol', [Symbol('s')], 'Happened.value[0]', /symbol/],
    ['NaN', { n: { m: NaN } }, 'Happened.value.n.m', /NaN/],
    ['Infinity', -Infinity, 'Happened.value', /-Infinity/],
    ['an invalid date', [new Date('tomorrow')], 'Happened.value[0]', /invalid date/],
    ['a cycle', cyclic, 'Happened.value.self.again[0]', /contains itself/],
    [
      'an undeclared class',
      { u: new Undeclared() },
      'Happened.value.u',
      /Undeclared.*@ValueObject/,
    ],
    ['a map', { m: new Map([[1, 2]]) }, 'Happened.value.m', /Map is not a declared value object/],
    ['a set', new Set([1]), 'Happened.value', /Set is not a declared value object/],
    [
      'a class extending a declared one',
      new (class Euro extends Money {})(1n, 'EUR'),
      'Happened.value',
      /Euro/,
    ],
    [
      'an object without a class',
      Object.create(Object.create(null) as object),
      'Happened.value',
      /@ValueObject/,
    ],
    ['a value inside a value object', new Line('x', null, [NaN]), 'Happened.value.extra[0]', /NaN/],
  ])('%s', (_, value, path, reason) => {
    const refusal = refusalOf(new Happened(value));
    expect(refusal.path).toBe(path);
    expect(refusal.message).toMatch(reason);
  });

  it('the event itself, when one of its properties leads back to it', () => {
    const event = { self: undefined as unknown };
    event.self = [event];
    expect(refusalOf(event).message).toBe('Object.self[0] cannot be stored: it contains itself.');
  });
});

describe('a name for a value object', () => {
  it('is given to one class', () => {
    expect(() => ValueObject('test-money')(Undeclared)).toThrow(
      /Money and Undeclared are both stored as "test-money"/,
    );
  });

  it('may be declared again for the same class', () => {
    expect(() => ValueObject('test-money')(Money)).not.toThrow();
  });
});

/** Everything an event may hold; -0 alone is left out, which JSON turns into 0. */
function eventData(): fc.Arbitrary<unknown> {
  const anyCharacter = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
  const text = fc.oneof(fc.string(), fc.string({ unit: anyCharacter }));
  const key = fc.oneof(text, fc.constantFrom('$', '$$', '$date', '$bigint', '$type', '__proto__'));
  return fc.letrec<{ value: unknown }>((again) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      text,
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
      fc.boolean(),
      fc.constant(null),
      fc.bigInt(),
      fc.date({ noInvalidDate: true }),
      fc.array(again('value')),
      fc.dictionary(key, again('value'), { noNullPrototype: true }),
      fc.tuple(text, again('value')).map(([label, extra]) => new Line(label, null, extra)),
    ),
  })).value;
}
