import { below, type SchemaObject } from '../json-schema.js';
import type { Finding } from '../schema.problems.js';
import type { Sides } from './subset.js';

const ALL = ['null', 'boolean', 'object', 'array', 'number', 'string'];

/** The types that data may have; `number` where `integer` is not all there is. */
export function typesOf({ type }: SchemaObject): ReadonlySet<string> {
  if (typeof type === 'string') return new Set([type]);
  return new Set(Array.isArray(type) ? (type as readonly string[]) : ALL);
}

export function typeDifference(
  types: ReadonlySet<string>,
  reader: SchemaObject,
  { writer: written, reader: read }: Sides,
  pointer: string,
): readonly Finding[] {
  const known = typesOf(reader);
  const others = [...types].filter(
    (type) => !known.has(type) && !(type === 'integer' && known.has('number')),
  );
  if (others.length === 0) return [];
  const message = `may be ${others.join(', ')} in the ${written}, and not in the ${read}`;
  return [{ pointer: below(pointer, 'type'), message }];
}
