import fc from 'fast-check';
import { anyJson, oddNumber, oddText, valueOf } from './arbitrary-values.js';
import type { OpenApiDocument, Operation, Parameter } from './openapi-document.js';
import type { RawRequest } from './raw-request.js';

/** What the server takes by default. */
export const BODY_LIMIT = 1024 * 1024;

/** Stands in a target where the value of this parameter of something that exists goes, such as the id of a user. */
export function knownValueOf(parameter: string): string {
  return `{known-${parameter}}`;
}

/** A request to an operation of the document, as it should be or not quite. */
export interface FuzzedRequest extends RawRequest {
  /** The name of the operation. */
  readonly operation: string;
}

type Header = readonly [string, string];

const BODY_TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'APPLICATION/JSON',
  'application/json;charset=utf-16',
  'application/problem+json',
  'application/x-www-form-urlencoded',
  'text/plain',
  'multipart/form-data; boundary=x',
  'rubbish',
  '',
];

export function requestTo(
  operation: Operation,
  document: OpenApiDocument,
): fc.Arbitrary<FuzzedRequest> {
  const { method, name } = operation;
  const parts = fc.record({
    path: pathOf(operation),
    query: queryOf(operation, document),
    headers: headersOf(operation, document),
    body: bodyOf(operation, document),
    type: mostly(fc.constant(BODY_TYPES[0]), fc.constantFrom(...BODY_TYPES)),
  });
  return parts.map(({ path, query, headers, body, type }) =>
    printable({
      operation: name,
      method,
      target: path + query,
      headers: body === undefined ? headers : [...headers, ['content-type', type] as const],
      body,
    }),
  );
}

/** In the report of a failure: short, and to be read by people. */
function printable(request: FuzzedRequest): FuzzedRequest {
  const { method, target, headers, body } = request;
  const shown = { method, target, headers, body: body?.toString() };
  const shorten = (_: string, value: unknown): unknown =>
    typeof value === 'string' && value.length > 300
      ? `${value.slice(0, 300)}… (${value.length})`
      : value;
  return Object.assign(request, { [fc.toStringMethod]: () => JSON.stringify(shown, shorten) });
}

function mostly<T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ arbitrary: usual, weight: 5 }, { arbitrary: odd, weight: 1 });
}

function sometimes<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined, freq: 2 });
}

function pathOf({ path }: Operation): fc.Arbitrary<string> {
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  return fc
    .tuple(...parameters.map(segmentFor))
    .map((segments) =>
      parameters.reduce(
        (target, name, nth) => target.replace(`{${name}}`, () => segments[nth]),
        path,
      ),
    );
}

function segmentFor(parameter: string): fc.Arbitrary<string> {
  return fc.oneof(
    { arbitrary: fc.constant(knownValueOf(parameter)), weight: 8 },
    { arbitrary: fc.uuid(), weight: 1 },
    { arbitrary: fc.uuid().map((id) => id.toUpperCase()), weight: 1 },
    { arbitrary: oddText.map(encoded).filter((text) => text !== ''), weight: 1 },
    {
      arbitrary: fc.constantFrom(
        '%',
        '%zz',
        '%c3',
        '%00',
        '%2e%2e',
        '.',
        '..',
        '*',
        ':id',
        ';',
        '|',
      ),
      weight: 1,
    },
  );
}

function queryOf(operation: Operation, document: OpenApiDocument): fc.Arbitrary<string> {
  const declared = operation.parameters
    .filter((parameter) => parameter.in === 'query')
    .map((parameter) => sometimes(queryPart(parameter, document)));
  const stray = mostly(
    fc.constant(undefined),
    fc.oneof(
      fc.tuple(oddText, oddText).map(([name, value]) => `${encoded(name)}=${encoded(value)}`),
      fc.constantFrom('&', '=', '?', '%', '%zz=1', '__proto__[x]=1', 'a[b][c]=1', '[]', '+'),
    ),
  );
  return fc
    .tuple(...declared, stray)
    .map((parts) => parts.filter((part) => part !== undefined))
    .map((parts) => (parts.length === 0 ? '' : `?${parts.join('&')}`));
}

function queryPart({ name, schema }: Parameter, document: OpenApiDocument): fc.Arbitrary<string> {
  const value = mostly<unknown>(valueOf(schema, document), fc.oneof(oddText, oddNumber));
  const text = value.map((own) => encoded(typeof own === 'string' ? own : JSON.stringify(own)));
  return mostly(
    text.map((own) => `${name}=${own}`),
    fc.oneof(
      fc.tuple(text, text).map(([first, second]) => `${name}=${first}&${name}=${second}`),
      text.map((own) => `${name}[]=${own}`),
      text.map((own) => `${name}[gt]=${own}`),
      fc.constant(name),
    ),
  );
}

function headersOf(operation: Operation, document: OpenApiDocument): fc.Arbitrary<Header[]> {
  const declared = operation.parameters
    .filter((parameter) => parameter.in === 'header')
    .map(({ name, schema }) => {
      const value = fc.oneof(
        fc.constantFrom('"1"', '"2"', '"3"', '*', 'key-1', 'key-2', 'key-3'),
        mostly(valueOf(schema, document).map(String), oddText),
      );
      return sometimes(value.map((own): Header => [name, headerText(own)]));
    });
  const general = ['x-correlation-id', 'traceparent', 'accept', 'if-none-match', 'expect-ct'].map(
    (name) =>
      mostly(
        fc.constant(undefined),
        oddText.map((own): Header => [name, headerText(own)]),
      ),
  );
  return fc
    .tuple(...declared, ...general)
    .map((headers) => headers.filter((header) => header !== undefined));
}

function bodyOf(
  { body: schema }: Operation,
  document: OpenApiDocument,
): fc.Arbitrary<Buffer | undefined> {
  const odd: fc.Arbitrary<Buffer | undefined> = fc.oneof(
    anyJson.map(jsonOf),
    fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom('', '{', '{"a":1,}', '[]]', '\ufeff{}', 'NaN', '{"__proto__":1}').map(utf8),
    fc.constant(Buffer.alloc(BODY_LIMIT + 1, 0x20)),
  );
  if (!schema) return mostly(fc.constant(undefined), odd);
  const valid = valueOf(schema, document) as fc.Arbitrary<Record<string, unknown>>;
  const almost = fc.oneof(
    fc.tuple(valid, fc.nat()).map(([value, nth]) => without(value, nth)),
    fc.tuple(valid, oddText, anyJson).map(([value, name, own]) => ({ ...value, [name]: own })),
    fc.tuple(valid, fc.nat(), anyJson).map(([value, nth, own]) => replaced(value, nth, own)),
  );
  return fc.oneof(
    { arbitrary: valid.map(jsonOf), weight: 5 },
    { arbitrary: almost.map(jsonOf), weight: 3 },
    { arbitrary: odd, weight: 1 },
  );
}

function without(value: Record<string, unknown>, nth: number): Record<string, unknown> {
  const names = Object.keys(value);
  return Object.fromEntries(
    Object.entries(value).filter(([name]) => name !== names[nth % names.length]),
  );
}

function replaced(value: Record<string, unknown>, nth: number, own: unknown) {
  const names = Object.keys(value);
  return { ...value, [names[nth % names.length]]: own };
}

function jsonOf(value: unknown): Buffer {
  return utf8(JSON.stringify(value));
}

function utf8(text: string): Buffer {
  return Buffer.from(text);
}

/** Percent-encoded; a lone surrogate as the bytes that UTF-8 does not allow. */
function encoded(text: string): string {
  return text
    .split(/(\p{Cs})/u)
    .map((part) => (/^\p{Cs}$/u.test(part) ? '%ed%a0%80' : encodeURIComponent(part)))
    .join('');
}

/** As it can stand in a header: the bytes of its UTF-8, without control characters. */
function headerText(text: string): string {
  const bytes = Buffer.from(text).filter((byte) => byte >= 0x20 && byte !== 0x7f);
  return Buffer.from(bytes).toString('latin1').slice(0, 2_000);
}
