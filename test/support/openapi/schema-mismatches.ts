import type { OpenApiDocument, Schema } from './openapi-document.js';

const FORMATS: Readonly<Record<string, RegExp>> = {
  uuid: /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/,
  email: /@/,
  'iso-4217': /^[A-Z]{3}$/,
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
};

/** What about a value of a response is not as its schema says; stricter than JSON Schema: no property undeclared. */
export function schemaMismatches(
  value: unknown,
  schema: Schema,
  document: OpenApiDocument,
  path = 'body',
): string[] {
  const resolved = document.resolve(schema);
  const { type, format, nullable, enum: choices, pattern } = resolved;
  if (value === null && nullable) return [];
  if (resolved.oneOf) {
    const of = resolved.oneOf.map((each) => schemaMismatches(value, each, document, path));
    return of.some((mismatches) => mismatches.length === 0) ? [] : of.flat();
  }
  if (type === undefined) return [];
  if (choices && !choices.includes(value)) return [`${path} is none of ${choices.join(', ')}`];
  if (Array.isArray(value)) {
    if (type !== 'array') return [`${path} is a list`];
    const { items = {} } = resolved;
    return value.flatMap((item, index) =>
      schemaMismatches(item, items, document, `${path}[${index}]`),
    );
  }
  if (typeof value === 'object' && value !== null) {
    return type === 'object'
      ? objectMismatches(value as Record<string, unknown>, resolved, document, path)
      : [`${path} is an object`];
  }
  const actual = Number.isInteger(value) && type === 'integer' ? 'integer' : typeof value;
  if (actual !== type) return [`${path} is a ${actual} and no ${type}`];
  const shape = pattern === undefined ? FORMATS[format ?? ''] : new RegExp(pattern);
  return typeof value === 'string' && shape && !shape.test(value)
    ? [`${path} is no ${format ?? pattern}`]
    : [];
}

function objectMismatches(
  value: Readonly<Record<string, unknown>>,
  { properties = {}, required = [], additionalProperties = false }: Schema,
  document: OpenApiDocument,
  path: string,
): string[] {
  const missing = required.filter((name) => !(name in value));
  return [
    ...missing.map((name) => `${path}.${name} is missing`),
    ...Object.entries(value).flatMap(([name, own]) => {
      if (name in properties) {
        return schemaMismatches(own, properties[name], document, `${path}.${name}`);
      }
      if (additionalProperties === false) return [`${path}.${name} is not documented`];
      return typeof additionalProperties === 'object'
        ? schemaMismatches(own, additionalProperties, document, `${path}.${name}`)
        : [];
    }),
  ];
}
