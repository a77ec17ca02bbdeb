import { isDeepStrictEqual } from 'node:util';
import { below, type JsonSchema, type SchemaObject } from '../json-schema.js';
import type { Finding } from '../schema.problems.js';
import { differences, type Sides } from './subset.js';

/** Each of these demands something by itself, and with it whatever else is named. */
const TOGETHER: Readonly<Record<string, readonly string[]>> = {
  not: [],
  oneOf: [],
  patternProperties: [],
  propertyNames: [],
  prefixItems: [],
  uniqueItems: [],
  dependentRequired: [],
  dependentSchemas: [],
  if: ['then', 'else'],
  contains: ['minContains', 'maxContains'],
};
/** They depend on everything that stands beside and below them. */
const NEVER = ['unevaluatedItems', 'unevaluatedProperties'];

/** What of the keywords that combine schemas cannot be told to follow from the writer. */
export function combinedDifferences(
  writer: SchemaObject,
  reader: SchemaObject,
  sides: Sides,
  pointer: string,
): readonly Finding[] {
  const all = (reader.allOf ?? []) as readonly JsonSchema[];
  const any = (reader.anyOf ?? []) as readonly JsonSchema[];
  const isOfAny =
    any.length === 0 ||
    isDeepStrictEqual(writer.anyOf, any) ||
    any.some((each) => differences(writer, each, sides).length === 0);
  const unknown = Object.keys(reader).filter(
    (keyword) =>
      NEVER.includes(keyword) || (keyword in TOGETHER && !areSame(keyword, writer, reader)),
  );
  return [
    ...(isDeepStrictEqual(writer.allOf, reader.allOf)
      ? []
      : all.flatMap((each, nth) => differences(writer, each, sides, below(pointer, 'allOf', nth)))),
    ...[...unknown, ...(isOfAny ? [] : ['anyOf'])].map((keyword) => ({
      pointer: below(pointer, keyword),
      message: `is in the ${sides.reader}, and whether all data of the ${sides.writer} fits it cannot be told`,
    })),
  ];
}

function areSame(keyword: string, writer: SchemaObject, reader: SchemaObject): boolean {
  return [keyword, ...TOGETHER[keyword]].every((each) =>
    isDeepStrictEqual(writer[each], reader[each]),
  );
}
