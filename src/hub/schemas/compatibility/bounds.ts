import { below, type SchemaObject } from '../json-schema.js';
import type { Finding } from '../schema.problems.js';
import type { Sides } from './subset.js';

/** Which types a bound is for. */
const LOWER: Readonly<Record<string, string>> = {
  minLength: 'string',
  minItems: 'array',
  minProperties: 'object',
};
const UPPER: Readonly<Record<string, string>> = {
  maxLength: 'string',
  maxItems: 'array',
  maxProperties: 'object',
};
/** Of these nothing follows but the same. */
const EXACT: Readonly<Record<string, string>> = {
  pattern: 'string',
  format: 'string',
  multipleOf: 'number',
};

/** The bounds of the reader that do not follow from those of the writer. */
export function boundDifferences(
  writer: SchemaObject,
  reader: SchemaObject,
  types: ReadonlySet<string>,
  sides: Sides,
  pointer: string,
): readonly Finding[] {
  const narrower = Object.keys(reader).filter(
    (keyword) => !follows(keyword, writer, reader, types),
  );
  return narrower.map((keyword) => ({
    pointer: below(pointer, keyword),
    message: `is ${JSON.stringify(reader[keyword])} in the ${sides.reader}, which does not follow from the ${sides.writer}`,
  }));
}

function follows(
  keyword: string,
  writer: SchemaObject,
  reader: SchemaObject,
  types: ReadonlySet<string>,
): boolean {
  const own = writer[keyword];
  const bound = Number(reader[keyword]);
  if (keyword in LOWER) return !types.has(LOWER[keyword]) || lowest(keyword, writer) >= bound;
  if (keyword in UPPER)
    return !types.has(UPPER[keyword]) || (own !== undefined && Number(own) <= bound);
  const isNumber = types.has('number') || types.has('integer');
  if (keyword in EXACT) {
    return (
      !(EXACT[keyword] === 'number' ? isNumber : types.has('string')) || own === reader[keyword]
    );
  }
  const least = numberOf(writer.minimum, -Infinity);
  const leastBut = numberOf(writer.exclusiveMinimum, -Infinity);
  const most = numberOf(writer.maximum, Infinity);
  const mostBut = numberOf(writer.exclusiveMaximum, Infinity);
  switch (keyword) {
    case 'minimum':
      return !isNumber || least >= bound || leastBut >= bound;
    case 'exclusiveMinimum':
      return !isNumber || least > bound || leastBut >= bound;
    case 'maximum':
      return !isNumber || most <= bound || mostBut <= bound;
    case 'exclusiveMaximum':
      return !isNumber || most < bound || mostBut <= bound;
    default:
      return true;
  }
}

function lowest(keyword: string, writer: SchemaObject): number {
  const own = numberOf(writer[keyword], 0);
  const { required } = writer;
  return keyword === 'minProperties' && Array.isArray(required)
    ? Math.max(own, required.length)
    : own;
}

function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
