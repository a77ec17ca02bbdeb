import { type ErrorObject, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { JsonValue } from '../../event-sourcing/index.js';
import type { JsonSchema } from './json-schema.js';
import { linearPattern } from './linear-pattern.js';
import { type Finding, invalidSchema } from './schema.problems.js';

const MOST_FINDINGS = 50;
/** Looking for every error of large data may find as many as it has values, … */
const ALL_ERRORS_UP_TO_CHARACTERS = 16 * 1024;
/** … for each value of the schema: the characters of both, multiplied. */
const ALL_ERRORS_UP_TO_PRODUCT = 4 * 1024 * 1024;

const FORMATS = [
  'date',
  'time',
  'date-time',
  'duration',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'uri',
  'uri-reference',
  'uuid',
] as const;

const code = { regExp: Object.assign(linearPattern, { code: 'linearPattern' }) };
/** Knows what a schema must be like. */
const draft = new Ajv2020({ logger: false });

/** A schema in the form in which data is checked against it. */
export class CompiledSchema {
  private readonly isValid: ValidateFunction;
  private findAll: ValidateFunction | undefined;

  /**
   * @param schema one that `plainSchema` has made
   * @throws ProblemException `invalid-schema` where it is none of draft 2020-12, or has keywords nobody knows.
   */
  constructor(private readonly schema: JsonSchema) {
    this.isValid = compiled(schema, false);
  }

  /** What of the data is not as it must be: all of it, where the data is not large, and the first otherwise. */
  findingsIn(data: JsonValue): readonly Finding[] {
    if (this.isValid(data)) return [];
    const first = this.isValid.errors ?? [];
    const characters = JSON.stringify(data).length;
    const isLarge =
      characters > ALL_ERRORS_UP_TO_CHARACTERS ||
      characters * JSON.stringify(this.schema).length > ALL_ERRORS_UP_TO_PRODUCT;
    if (isLarge) return first.map(findingOf);
    return (this.allErrorsIn(data) ?? first).slice(0, MOST_FINDINGS).map(findingOf);
  }

  /**
   * Undefined where they cannot be had: collecting them, Ajv 8 throws at some schemas of several subschemas for the same
   * property, at which looking for the first error does not.
   */
  private allErrorsIn(data: JsonValue): readonly ErrorObject[] | undefined {
    this.findAll ??= compiled(this.schema, true);
    try {
      this.findAll(data);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return undefined;
    }
    return this.findAll.errors ?? undefined;
  }
}

/** Whether a value is valid under a part of a schema that has been compiled before. */
export function accepts(schema: JsonSchema, value: JsonValue): boolean {
  return new CompiledSchema(schema).findingsIn(value).length === 0;
}

/** By an Ajv of its own: one keeps for ever whatever it has compiled. */
function compiled(schema: JsonSchema, allErrors: boolean): ValidateFunction {
  if (draft.validateSchema(schema) !== true)
    throw invalidSchema((draft.errors ?? []).map(findingOf));
  try {
    // Keywords nobody knows are refused; schemas that merely leave out a type are not.
    const strictness = { strictSchema: true, strictTypes: false, strictTuples: false };
    const own = new Ajv2020({
      ...strictness,
      ...{
        allErrors,
        code,
        ownProperties: true,
        logger: false,
        meta: false,
        validateSchema: false,
      },
    });
    return addFormats.default(own, { mode: 'fast', formats: [...FORMATS] }).compile(schema);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw invalidSchema([{ pointer: '', message }]);
  }
}

function findingOf({
  instancePath,
  message = 'is not valid',
  keyword,
  params,
}: ErrorObject): Finding {
  const { additionalProperty, unevaluatedProperty, allowedValues, allowedValue } = params as Record<
    string,
    unknown
  >;
  const name = additionalProperty ?? unevaluatedProperty;
  const allowed =
    keyword === 'enum' ? allowedValues : keyword === 'const' ? allowedValue : undefined;
  const detail = name ?? allowed;
  const text = detail === undefined ? '' : `: ${JSON.stringify(detail).slice(0, 200)}`;
  return { pointer: instancePath, message: message + text };
}
