import { below, isObject, type JsonSchema, type SchemaObject } from '../json-schema.js';
import type { Finding } from '../schema.problems.js';
import { differences, type Sides } from './subset.js';

/** What of the properties of an object does not fit the reader. */
export function propertyDifferences(
  writer: SchemaObject,
  reader: SchemaObject,
  sides: Sides,
  pointer: string,
): readonly Finding[] {
  const [written, read] = [propertiesOf(writer), propertiesOf(reader)];
  const required = requiredOf(writer);
  const missing = requiredOf(reader)
    .filter((name) => !required.includes(name))
    .map((name) => ({
      pointer: below(pointer, 'required'),
      message: `has "${name}" in the ${sides.reader}, and not in the ${sides.writer}`,
    }));
  const names = new Set([...Object.keys(read), ...Object.keys(written)]);
  const different = [...names].flatMap((name) => {
    const isNamed = Object.hasOwn(written, name);
    const place = below(pointer, 'properties', name);
    const found = differences(
      isNamed ? written[name] : othersOf(writer),
      Object.hasOwn(read, name)
        ? read[name]
        : ((reader.additionalProperties ?? true) as JsonSchema),
      sides,
      place,
    );
    if (isNamed || found.length === 0) return found;
    const message = `may be anything in the ${sides.writer}, which has no such property and does not say "additionalProperties": false`;
    return othersOf(writer) === true ? [{ pointer: place, message }] : found;
  });
  const others = differences(
    othersOf(writer),
    (reader.additionalProperties ?? true) as JsonSchema,
    sides,
    below(pointer, 'additionalProperties'),
  );
  return [...missing, ...different, ...others];
}

/** Of properties that are not named: anything, where some are by pattern. */
function othersOf({ patternProperties, additionalProperties = true }: SchemaObject): JsonSchema {
  return patternProperties === undefined ? (additionalProperties as JsonSchema) : true;
}

function propertiesOf({ properties }: SchemaObject): Readonly<Record<string, JsonSchema>> {
  return isObject(properties) ? (properties as Readonly<Record<string, JsonSchema>>) : {};
}

function requiredOf({ required }: SchemaObject): readonly string[] {
  return Array.isArray(required) ? (required as readonly string[]) : [];
}
