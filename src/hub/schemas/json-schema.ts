import type { JsonValue } from '../../event-sourcing/index.js';

export type SchemaObject = Readonly<Record<string, JsonValue>>;
/** A JSON Schema of draft 2020-12. */
export type JsonSchema = boolean | SchemaObject;

/** Keywords whose value is a schema, … */
export const ONE_SCHEMA: ReadonlySet<string> = new Set([
  'additionalProperties',
  'items',
  'not',
  'if',
  'then',
  'else',
  'contains',
  'propertyNames',
  'unevaluatedItems',
  'unevaluatedProperties',
]);
/** … a list of schemas, … */
export const SCHEMA_LIST: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
/** … or schemas by names. */
export const SCHEMAS_BY_NAME: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  'dependentSchemas',
]);

const OF_VALUES = [
  'type',
  'enum',
  'const',
  'required',
  'dependentRequired',
  'pattern',
  'format',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minContains',
  'maxContains',
  'minProperties',
  'maxProperties',
];
const ANNOTATIONS = [
  '$comment',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  'contentEncoding',
  'contentMediaType',
];

/** Whoever compares schemas must know every keyword that demands something. */
export const KEYWORDS: ReadonlySet<string> = new Set([
  ...ONE_SCHEMA,
  ...SCHEMA_LIST,
  ...SCHEMAS_BY_NAME,
  ...OF_VALUES,
  ...ANNOTATIONS,
]);

export function isObject(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A pointer to a member below, as RFC 6901 has it. */
export function below(pointer: string, ...names: readonly (string | number)[]): string {
  const escaped = names.map((name) => String(name).replaceAll('~', '~0').replaceAll('/', '~1'));
  return [pointer, ...escaped].join('/');
}
