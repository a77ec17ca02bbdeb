import { UnstorableValueError } from '../../errors/event.errors.js';
import { escapeKey, setOwn, unescapeKey } from '../../events/event-data-codec.js';
import { valueObjectClass, valueObjectName } from '../../events/value-object.decorator.js';
import type { JsonValue } from '../../store/recorded-event.js';
import { hiddenFieldsOf } from './hidden-fields.js';

type Fields = Readonly<Record<string, JsonValue>>;

/**
 * Turns the state of an aggregate into JSON, from which `decodeState` makes the same again. It is the JSON of events
 * (see `encodeEventData`) with tags for what only states hold: `$map`, `$set`, `$undefined`, `$number` for those JSON
 * lacks, and `$ref` for an object that has been met before, by its number, so that what was one object stays one.
 *
 * @param name how the state is called in errors
 * @throws UnstorableValueError naming the path of a value that would not come back as it was.
 */
export function encodeState(state: object, name: string): string {
  return JSON.stringify(new StateEncoder().encode(state, name));
}

/** @throws Error when the text is not what `encodeState` has made, or of classes that are gone. */
export function decodeState(text: string): object {
  const state = new StateDecoder().decode(JSON.parse(text) as JsonValue);
  if (typeof state !== 'object' || state === null) throw new Error('It is no object.');
  return state;
}

class StateEncoder {
  private readonly numbers = new Map<object, number>();

  encode(value: unknown, path: string): JsonValue {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        return isJsonNumber(value) ? value : { $number: Object.is(value, -0) ? '-0' : `${value}` };
      case 'bigint':
        return { $bigint: value.toString() };
      case 'undefined':
        return { $undefined: true };
      case 'object':
        return value === null ? null : this.encodeObject(value, path);
      default:
        throw new UnstorableValueError(path, `it is of type ${typeof value}, which is not data.`);
    }
  }

  private encodeObject(value: object, path: string): JsonValue {
    const known = this.numbers.get(value);
    if (known !== undefined) return { $ref: known };
    this.numbers.set(value, this.numbers.size);
    switch (Object.getPrototypeOf(value)) {
      case Object.prototype:
        return this.encodeFields(value, path);
      case Array.prototype:
        return this.encodeArray(value as unknown[], path);
      case Map.prototype:
        return { $map: this.encodeAll(value as Map<unknown, unknown>, path) };
      case Set.prototype:
        return { $set: this.encodeAll(value as Set<unknown>, path) };
      case Date.prototype:
        return { $date: timeOf(value as Date, path) };
      default:
        return this.encodeValueObject(value, path);
    }
  }

  private encodeArray(items: readonly unknown[], path: string): JsonValue {
    if (Object.keys(items).length !== items.length) {
      throw new UnstorableValueError(path, 'it is an array with holes, or with fields of its own.');
    }
    return this.encodeAll(items, path);
  }

  private encodeAll(items: Iterable<unknown>, path: string): JsonValue {
    return Array.from(items, (item, index) => this.encode(item, `${path}[${index}]`));
  }

  private encodeFields(fields: object, path: string): JsonValue {
    const encoded: Record<string, JsonValue> = {};
    for (const [key, value] of Object.entries(fields)) {
      setOwn(encoded, escapeKey(key), this.encode(value, `${path}.${key}`));
    }
    return encoded;
  }

  private encodeValueObject(value: object, path: string): JsonValue {
    const valueClass = value.constructor;
    const name = valueObjectName(valueClass);
    if (name === undefined) {
      throw new UnstorableValueError(
        path,
        `${valueClass?.name ?? 'it'} is not a declared value object. Write @ValueObject('…') above the class.`,
      );
    }
    const [hidden] = hiddenFieldsOf(valueClass);
    if (hidden) throw new UnstorableValueError(path, `nobody else can see its field ${hidden}.`);
    return { $type: name, $fields: this.encodeFields(value, path) };
  }
}

/** Meets objects in the order in which they were encoded, and so gives them the same numbers. */
class StateDecoder {
  private readonly objects: object[] = [];

  decode(value: JsonValue): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return this.decodeArray(value as readonly JsonValue[]);
    const tagged = value as Fields;
    // A caller's own keys that start with $ have a second one.
    const [tag] = Object.keys(tagged);
    switch (tag) {
      case '$undefined':
        return undefined;
      case '$number':
        return Number(tagged.$number);
      case '$bigint':
        return BigInt(tagged.$bigint as string);
      case '$ref':
        return this.objects[tagged.$ref as number];
      case '$date':
        return this.met(new Date(tagged.$date as string));
      case '$map':
        return this.decodeMap(tagged.$map as readonly JsonValue[]);
      case '$set':
        return this.decodeSet(tagged.$set as readonly JsonValue[]);
      case '$type':
        return this.decodeValueObject(tagged.$type as string, tagged.$fields as Fields);
      default:
        return this.decodeFields(tagged, this.met({}));
    }
  }

  private met<T extends object>(object: T): T {
    this.objects.push(object);
    return object;
  }

  private decodeArray(items: readonly JsonValue[]): unknown[] {
    const array = this.met<unknown[]>([]);
    for (const item of items) array.push(this.decode(item));
    return array;
  }

  private decodeMap(entries: readonly JsonValue[]): Map<unknown, unknown> {
    const map = this.met(new Map<unknown, unknown>());
    for (const entry of entries) {
      const [key, value] = this.decode(entry) as [unknown, unknown];
      map.set(key, value);
    }
    return map;
  }

  private decodeSet(items: readonly JsonValue[]): Set<unknown> {
    const set = this.met(new Set());
    for (const item of items) set.add(this.decode(item));
    return set;
  }

  private decodeValueObject(name: string, fields: Fields): object {
    const valueClass = valueObjectClass(name);
    if (!valueClass) throw new Error(`No class is declared with @ValueObject('${name}') any more.`);
    const empty = this.met(Object.create(valueClass.prototype as object) as object);
    return this.decodeFields(fields, empty);
  }

  private decodeFields(fields: Fields, target: object): object {
    for (const key of Object.keys(fields)) {
      setOwn(target, unescapeKey(key), this.decode(fields[key]));
    }
    return target;
  }
}

function timeOf(date: Date, path: string): string {
  if (Number.isNaN(date.getTime())) throw new UnstorableValueError(path, 'it is an invalid date.');
  return date.toISOString();
}

function isJsonNumber(value: number): boolean {
  return Number.isFinite(value) && !Object.is(value, -0);
}
