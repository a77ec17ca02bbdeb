import { JsonValue } from '../store/recorded-event.js';
import { UnstorableValueError } from '../errors/event.errors.js';
import { valueObjectClass, valueObjectName } from './value-object.decorator.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Turns the properties of an event into JSON and back, with nothing lost on the way. JSON knows neither dates nor
 * bigints nor classes; they are stored as objects with one key that starts with `$`: `{ "$date": … }`,
 * `{ "$bigint": … }`, `{ "$type": …, …fields }`. A caller's own keys that start with `$` get a second one.
 *
 * @throws UnstorableValueError naming the path of a value that would not come back as it was.
 */
export function encodeEventData(event: object): JsonValue {
  return encodeFields(event, event.constructor.name, new Set());
}

/** The properties that `encodeEventData` stored, as those of an object with this prototype. */
export function decodeEventData<T extends object>(data: JsonValue, prototype: T): T {
  return decodeFields(data as Fields, Object.create(prototype) as T);
}

function encode(value: unknown, path: string, parents: Set<object>): JsonValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw new UnstorableValueError(path, `it is ${value}.`);
      return value;
    case 'bigint':
      return { $bigint: value.toString() };
    case 'object':
      return value === null ? null : encodeObject(value, path, parents);
    default:
      throw new UnstorableValueError(path, `it is of type ${typeof value}, which is not data.`);
  }
}

function encodeObject(value: object, path: string, parents: Set<object>): JsonValue {
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) {
      throw new UnstorableValueError(path, 'it is an invalid date.');
    }
    return { $date: value.toISOString() };
  }
  if (parents.has(value)) throw new UnstorableValueError(path, 'it contains itself.');
  if (Array.isArray(value)) {
    parents.add(value);
    const items = Array.from(value, (item, index) => encode(item, `${path}[${index}]`, parents));
    parents.delete(value);
    return items;
  }
  const prototype = Object.getPrototypeOf(value) as Partial<object> | null;
  if (prototype === Object.prototype || prototype === null) {
    return encodeFields(value, path, parents);
  }
  const valueClass = prototype.constructor;
  const name = valueClass && valueObjectName(valueClass);
  if (name === undefined) {
    throw new UnstorableValueError(
      path,
      `${valueClass?.name ?? 'it'} is not a declared value object. Write @ValueObject('…') above the ` +
        'class, or store a plain object, an array or a text instead.',
    );
  }
  return { $type: name, ...(encodeFields(value, path, parents) as Fields) };
}

function encodeFields(fields: object, path: string, parents: Set<object>): JsonValue {
  parents.add(fields);
  const encoded: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(fields)) {
    // As in JSON: a property that is undefined is one that is not there.
    if (value === undefined) continue;
    setOwn(encoded, escapeKey(key), encode(value, `${path}.${key}`, parents));
  }
  parents.delete(fields);
  return encoded;
}

function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Fields;
  if (typeof fields.$date === 'string') return new Date(fields.$date);
  if (typeof fields.$bigint === 'string') return BigInt(fields.$bigint);
  if (typeof fields.$type === 'string') return decodeValueObject(fields.$type, fields);
  return decodeFields(fields, {});
}

function decodeValueObject(name: string, { $type: _, ...fields }: Fields): object {
  const valueClass = valueObjectClass(name);
  if (!valueClass) {
    throw new UnstorableValueError(
      `$type "${name}"`,
      `no class is declared with @ValueObject('${name}') any more.`,
    );
  }
  return decodeFields(fields, Object.create(valueClass.prototype as object) as object);
}

function decodeFields<T extends object>(fields: Fields, target: T): T {
  for (const key of Object.keys(fields)) setOwn(target, unescapeKey(key), decode(fields[key]));
  return target;
}

/**
 * Makes an own property, whatever the prototype has under that name: a stored key `__proto__` must not reach the
 * setter. Assigning is many times faster than defining, and the same for a name the prototype does not have.
 */
export function setOwn(target: object, key: string, value: unknown): void {
  if (key in target) {
    const property = { value, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(target, key, property);
  } else {
    (target as Record<string, unknown>)[key] = value;
  }
}

export function escapeKey(key: string): string {
  return key.startsWith('$') ? `$${key}` : key;
}

export function unescapeKey(key: string): string {
  return key.startsWith('$$') ? key.slice(1) : key;
}
