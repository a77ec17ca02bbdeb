import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '../../../event-sourcing/index.js';
import { accepts } from '../compiled-schema.js';
import { below, isObject, type JsonSchema, type SchemaObject } from '../json-schema.js';
import type { Finding } from '../schema.problems.js';
import { boundDifferences } from './bounds.js';
import { combinedDifferences } from './combined.js';
import { propertyDifferences } from './properties.js';
import { typesOf, typeDifference } from './types.js';

/** How the two schemas are called in sentences. */
export interface Sides {
  /** Of the data there is. */
  readonly writer: string;
  /** By which it is read. */
  readonly reader: string;
}

/**
 * What keeps data that is valid under the schema of its writer from being valid under that of a reader. None means that all
 * such data is: each constraint of the reader is shown to follow from one of the writer. Where that cannot be
 * shown, there is a difference, so that some are told which are none.
 *
 * Both schemas are plain. Of the writer, keywords that are not understood are left out, which only makes more data valid.
 */
export function differences(
  writer: JsonSchema,
  reader: JsonSchema,
  sides: Sides,
  pointer = '',
): readonly Finding[] {
  if (writer === false || reader === true || isDeepStrictEqual(writer, reader)) return [];
  if (reader === false) return [{ pointer, message: `is refused by the ${sides.reader}` }];
  const from: SchemaObject = isObject(writer) ? writer : {};
  const values = valuesOf(from);
  if (values) return unacceptedValues(values, reader, sides, pointer);
  const types = typesOf(from);
  return [
    ...typeDifference(types, reader, sides, pointer),
    ...valueDifference(reader, sides, pointer),
    ...boundDifferences(from, reader, types, sides, pointer),
    ...(types.has('object') ? propertyDifferences(from, reader, sides, pointer) : []),
    ...(types.has('array') ? itemDifferences(from, reader, sides, pointer) : []),
    ...combinedDifferences(from, reader, sides, pointer),
  ];
}

function valuesOf({ enum: several, const: one }: SchemaObject): readonly JsonValue[] | undefined {
  if (one !== undefined) return [one];
  return Array.isArray(several) ? (several as readonly JsonValue[]) : undefined;
}

function unacceptedValues(
  values: readonly JsonValue[],
  reader: JsonSchema,
  sides: Sides,
  pointer: string,
): readonly Finding[] {
  const refused = values.filter((value) => !accepts(reader, value));
  if (refused.length === 0) return [];
  const list = refused
    .map((value) => JSON.stringify(value))
    .join(', ')
    .slice(0, 200);
  return [
    { pointer, message: `may be ${list} in the ${sides.writer}, and not in the ${sides.reader}` },
  ];
}

function valueDifference(reader: SchemaObject, sides: Sides, pointer: string): readonly Finding[] {
  const keyword = ['const', 'enum'].find((name) => Object.hasOwn(reader, name));
  if (keyword === undefined) return [];
  const message = `has only some values in the ${sides.reader}, and others in the ${sides.writer}`;
  return [{ pointer: below(pointer, keyword), message }];
}

function itemDifferences(
  writer: SchemaObject,
  reader: SchemaObject,
  sides: Sides,
  pointer: string,
): readonly Finding[] {
  if (reader.items === undefined || writer.maxItems === 0) return [];
  // Beside a list of first items, it is for the others only, unless both have the same.
  const isForAll =
    writer.prefixItems === undefined || isDeepStrictEqual(writer.prefixItems, reader.prefixItems);
  const items = isForAll ? ((writer.items ?? true) as JsonSchema) : true;
  return differences(items, reader.items as JsonSchema, sides, below(pointer, 'items'));
}
