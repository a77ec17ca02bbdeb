import fc from 'fast-check';
import { UnstorableValueError } from '../../errors/event.errors.js';
import { ValueObject } from '../../events/value-object.decorator.js';
import { decodeState, encodeState } from './state-codec.js';

@ValueObject('test-point')
class Point {
  constructor(
    readonly x: number,
    readonly inner: unknown = null,
  ) {}
}

@ValueObject('test-secret')
class Secret {
  readonly #known = 1;
  get(): number {
    return this.#known;
  }
}

class Undeclared {}
class Names extends Array<string> {}

function roundTrip(value: unknown): unknown {
  return (decodeState(encodeState({ value }, 'State')) as { value: unknown }).value;
}

function refusal(value: unknown): UnstorableValueError {
  try {
    encodeState({ value }, 'State');
  } catch (error) {
    if (error instanceof UnstorableValueError) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

const scalars = [
  fc.boolean(),
  fc.double(),
  fc.bigInt(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(null, undefined),
];

describe('state comes back as it was', () => {
  it.each<[string, unknown]>([
    ['texts', ['', 'Zoë 🦉', '\u0000', 'a\ud800b', '{"$ref":0}']],
    ['numbers', [0, -0, NaN, Infinity, -Infinity, 5e-324, Number.MAX_VALUE]],
    ['true, false and null', [true, false, null]],
    ['what is undefined', { a: undefined, b: [undefined], c: new Map([[undefined, undefined]]) }],
    ['bigints', [0n, -1n, 2n ** 200n]],
    ['dates', [new Date(0), new Date(-8.64e15), new Date('2026-02-28T23:59:59.999Z')]],
    ['maps, with keys of any kind', new Map<unknown, unknown>([[1, { a: 1 }], [new Date(1), 1n]])], // prettier-ignore
    ['sets', new Set<unknown>(['b', 'a', new Point(1), new Set([1])])],
    ['arrays and plain objects', { a: [{ b: [[]] }], '2': 'two', '1': 'one' }],
    ['value objects', [new Point(1, new Point(2, new Map([['p', new Point(3)]])))]],
    ['keys that look like tags', { $ref: 0, $$ref: 1, $map: [], $type: 'test-point', $: 1 }],
    ['a key __proto__', JSON.parse('{ "__proto__": { "polluted": true } }')],
  ])('with %s', (_, value) => {
    expect(roundTrip(value)).toStrictEqual(value);
  });

  it('with keys and items in their order', () => {
    const map = new Map([['z', 1], ['a', 2]]); // prettier-ignore
    expect([...(roundTrip(map) as typeof map).keys()]).toEqual(['z', 'a']);
    expect([...(roundTrip(new Set('zab')) as Set<string>)]).toEqual(['z', 'a', 'b']);
    expect(Object.keys(roundTrip({ z: 1, a: 2, 1: 3 }) as object)).toEqual(['1', 'z', 'a']);
  });

  it('with one object for what was one object, wherever it is met', () => {
    const shared = { n: 1 };
    const date = new Date(1);
    const back = roundTrip({
      map: new Map<unknown, unknown>([[shared, date]]),
      list: [shared, date],
      point: new Point(1, shared),
      other: { n: 1 },
    }) as {
      map: Map<object, unknown>;
      list: [object, Date];
      point: Point;
      other: object;
    };
    expect([...back.map.entries()][0][0]).toBe(back.list[0]);
    expect(back.map.get(back.list[0])).toBe(back.list[1]);
    expect(back.point.inner).toBe(back.list[0]);
    expect(back.other).not.toBe(back.list[0]);
  });

  it('with objects that contain themselves', () => {
    const node: { self?: unknown; all: Set<unknown> } = { all: new Set() };
    node.self = node;
    node.all.add(node);
    const back = roundTrip(node) as typeof node;
    expect(back.self).toBe(back);
    expect(back.all.has(back)).toBe(true);
  });

  it('whatever it is made of, and as the same text', () => {
    const plain = { withMap: true, withSet: true, maxDepth: 4 };
    const dates = fc.date({ noInvalidDate: true });
    const anything = fc.anything({ ...plain, values: [...scalars, dates] });
    fc.assert(
      fc.property(anything, (value) => {
        const state = { value };
        const text = encodeState(state, 'State');
        expect(decodeState(text)).toStrictEqual(state);
        expect(encodeState(decodeState(text), 'State')).toBe(text);
      }),
    );
  });
});

describe('state is refused, by its path', () => {
  it.each<[string, unknown, RegExp]>([
    ['a function', { a: [() => 1] }, /^State\.value\.a\[0\] cannot be stored: it is of type function/],
    ['a symbol', Symbol('x'), /of type symbol/],
    ['a class that is no value object', [new Undeclared()], /^State\.value\[0\] .*Undeclared is not .*@ValueObject/],
    ['an array of a class of its own', new Names('a'), /Names is not a declared value object/],
    ['an array with a hole', [1, , 3], /holes/], // eslint-disable-line no-sparse-arrays
    ['an array with a field', Object.assign([1], { sum: 1 }), /fields of its own/],
    ['an invalid date', new Map([[1, new Date(NaN)]]), /^State\.value\[0\]\[1\] .*invalid date/],
    ['an object without a prototype', Object.create(null), /it is not a declared value object/],
    ['a regular expression', /x/, /RegExp is not/],
    ['a value object with a field nobody sees', new Secret(), /nobody else can see its field #known/],
  ])('where it holds %s', (_, value, message) => {
    expect(refusal(value).message).toMatch(message);
  }); // prettier-ignore

  it.each(['', 'null', '7', '"text"', '{"$type":"test-gone","$fields":{}}', '{"a":'])(
    'where the text is %j',
    (text) => {
      expect(() => decodeState(text)).toThrow();
    },
  );
});
