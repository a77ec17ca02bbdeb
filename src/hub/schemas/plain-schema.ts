import type { JsonValue } from '../../event-sourcing/index.js';
import {
  below,
  isObject,
  KEYWORDS,
  ONE_SCHEMA,
  SCHEMA_LIST,
  type SchemaObject,
  SCHEMAS_BY_NAME,
} from './json-schema.js';
import { linearPattern } from './linear-pattern.js';
import { type Finding, invalidSchema } from './schema.problems.js';

const DRAFT = /^https:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/;
/** Every value of a schema is looked at for every value of the data, at the worst: with references replaced. */
const MAX_VALUES = 2_000;
const MAX_DEPTH = 100;
/** Items that are objects are compared each with each. */
const MAX_UNIQUE_ITEMS = 1_000;
const REFUSED = ['$id', '$anchor', '$dynamicRef', '$dynamicAnchor', '$recursiveRef', '$vocabulary'];

/**
 * The schema with every local reference replaced by what it refers to, so that neither checking data nor comparing schemas
 * can go on for ever, or double its work with every level.
 *
 * @throws ProblemException `invalid-schema` with everything that makes the schema dangerous, or is not known.
 */
export function plainSchema(schema: SchemaObject): SchemaObject {
  const plain = new Plainer(schema);
  const result = plain.schema(schema, '', []) as SchemaObject;
  if (plain.findings.length > 0) throw invalidSchema(plain.findings);
  return result;
}

class Plainer {
  readonly findings: Finding[] = [];
  private values = 0;

  constructor(private readonly root: SchemaObject) {}

  /** @param refs the references that have led here */
  schema(schema: JsonValue, pointer: string, refs: readonly string[]): JsonValue {
    if (!this.counts(pointer) || !isObject(schema)) return schema;
    const result: Record<string, JsonValue> = {};
    for (const [keyword, value] of Object.entries(schema)) {
      if (keyword === '$defs' || keyword === '$ref') continue;
      if (keyword === '$schema' && pointer === '') this.checkDraft(value);
      else result[keyword] = this.keyword(keyword, value, schema, below(pointer, keyword), refs);
    }
    if (schema.$ref === undefined) return result;
    const referred = this.referred(schema.$ref, pointer, refs);
    if (Object.keys(result).length === 0) return referred;
    const others = Array.isArray(result.allOf) ? (result.allOf as readonly JsonValue[]) : [];
    return { ...result, allOf: [...others, referred] };
  }

  private keyword(
    keyword: string,
    value: JsonValue,
    schema: SchemaObject,
    pointer: string,
    refs: readonly string[],
  ): JsonValue {
    if (REFUSED.includes(keyword)) this.refuse(pointer, 'is not taken; refer to #/$defs/… instead');
    else if (!KEYWORDS.has(keyword)) this.refuse(pointer, 'is no keyword that is known here');
    if (keyword === 'pattern') this.checkPattern(value, pointer);
    if (keyword === 'uniqueItems' && value === true) this.checkUnique(schema, pointer);
    if (ONE_SCHEMA.has(keyword)) return this.schema(value, pointer, refs);
    if (SCHEMA_LIST.has(keyword) && Array.isArray(value)) {
      return value.map((each: JsonValue, nth) => this.schema(each, below(pointer, nth), refs));
    }
    if (SCHEMAS_BY_NAME.has(keyword) && isObject(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([name, each]) => {
          if (name === '__proto__') this.refuse(pointer, 'must not name __proto__');
          if (keyword === 'patternProperties') this.checkPattern(name, below(pointer, name));
          return [name, this.schema(each, below(pointer, name), refs)];
        }),
      );
    }
    this.countValues(value, pointer);
    return value;
  }

  private referred(ref: JsonValue, pointer: string, refs: readonly string[]): JsonValue {
    const place = below(pointer, '$ref');
    const name = /^#\/\$defs\/([^/]+)$/.exec(typeof ref === 'string' ? ref : '')?.[1];
    const key = name?.replaceAll('~1', '/').replaceAll('~0', '~') ?? '';
    const { $defs } = this.root;
    if (name === undefined || !isObject($defs) || !Object.hasOwn($defs, key)) {
      this.refuse(place, 'must refer to a schema that is there, as #/$defs/<name>');
    } else if (refs.includes(key)) {
      this.refuse(place, 'must not lead back to where it stands');
    } else {
      return this.schema($defs[key], below('', '$defs', key), [...refs, key]);
    }
    return true;
  }

  private checkDraft(value: JsonValue): void {
    if (typeof value === 'string' && DRAFT.test(value)) return;
    this.refuse('/$schema', 'must be draft 2020-12, https://json-schema.org/draft/2020-12/schema');
  }

  private checkPattern(pattern: JsonValue, pointer: string): void {
    try {
      if (typeof pattern === 'string') linearPattern(pattern);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.refuse(pointer, `must be a pattern without look-around and back-references: ${reason}`);
    }
  }

  private checkUnique({ maxItems }: SchemaObject, pointer: string): void {
    if (typeof maxItems === 'number' && maxItems <= MAX_UNIQUE_ITEMS) return;
    this.refuse(pointer, `must stand beside a maxItems of at most ${MAX_UNIQUE_ITEMS}`);
  }

  private countValues(value: JsonValue, pointer: string): void {
    if (!this.counts(pointer) || typeof value !== 'object' || value === null) return;
    for (const each of Object.values(value)) this.countValues(each, pointer);
  }

  private counts(pointer: string): boolean {
    this.values += 1;
    if (this.values === MAX_VALUES + 1) {
      this.refuse('', `must have at most ${MAX_VALUES} values, with its references replaced`);
    }
    if (pointer.split('/').length <= MAX_DEPTH) return this.values <= MAX_VALUES;
    this.refuse(pointer, `must be at most ${MAX_DEPTH} levels deep`);
    return false;
  }

  private refuse(pointer: string, message: string): void {
    this.findings.push({ pointer, message });
  }
}
