import {
  type FieldError,
  type JsonValue,
  ValidationFailedError,
} from '../../event-sourcing/index.js';
import { attributesIn, attributesOf } from './attributes.js';
import { type CloudEvent, isJsonType } from './cloud-event.js';
import { headerValueOf, textOfHeader } from './header-value.js';
import { jsonIn } from './json-text.js';

const PREFIX = 'ce-';
const CONTENT_TYPE = 'content-type';

/** As Node has them: names in any case. */
export type MessageHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A message in binary mode: attributes in headers, the data as it is in the body. */
export interface BinaryMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The event as headers `ce-…`, `content-type` and a body; the same for HTTP and NATS. */
export function binary(event: CloudEvent): BinaryMessage {
  const { datacontenttype, data } = event;
  const headers: Record<string, string> = {};
  for (const [name, value] of attributesIn(event)) {
    if (name !== 'datacontenttype') headers[PREFIX + name] = headerValueOf(String(value));
  }
  const contentType = datacontenttype ?? (data === undefined ? undefined : 'application/json');
  if (contentType !== undefined) headers[CONTENT_TYPE] = contentType;
  return { headers, body: bodyOf(event) };
}

function bodyOf({ data, datacontenttype }: CloudEvent): Uint8Array {
  if (data === undefined) return new Uint8Array();
  if (data instanceof Uint8Array) return data;
  return Buffer.from(isJsonType(datacontenttype) ? JSON.stringify(data) : String(data as string));
}

/** Whether a message is an event in binary mode. */
export function isBinary(headers: MessageHeaders): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === `${PREFIX}specversion`);
}

/**
 * The event that a message in binary mode is. An empty body is no data. Bodies of JSON are read; others stay bytes.
 * @throws ValidationFailedError with everything that is missing or wrong.
 */
export function readBinary(headers: MessageHeaders, body: Uint8Array): CloudEvent {
  const event = readAttributes(headers);
  if (body.length === 0) return event;
  const isJson = isJsonType(event.datacontenttype);
  return { ...event, data: isJson ? jsonIn(body, 'the body') : body };
}

/**
 * The event that a message in binary mode is, whose body of JSON has been read already; undefined where it was empty.
 * @throws ValidationFailedError with everything that is missing or wrong.
 */
export function readBinaryJson(headers: MessageHeaders, data: JsonValue | undefined): CloudEvent {
  return { ...readAttributes(headers), ...(data !== undefined && { data }) };
}

function readAttributes(headers: MessageHeaders): Omit<CloudEvent, 'data'> {
  const attributes = new Map<string, unknown>();
  const errors: FieldError[] = [];
  const refuse = (name: string, what: string): void => {
    errors.push({ field: name, messages: [`${name} ${what}`] });
  };
  for (const [header, value] of Object.entries(headers)) {
    const name = header.toLowerCase();
    if (value === undefined) continue;
    if (typeof value !== 'string') {
      if (name.startsWith(PREFIX)) refuse(name, 'must be there once');
    } else if (name === CONTENT_TYPE) {
      attributes.set('datacontenttype', value);
    } else if (name === `${PREFIX}datacontenttype`) {
      refuse(name, 'must not be there: it is the content type');
    } else if (name.startsWith(PREFIX)) {
      const text = textOfHeader(value);
      if (text === undefined) refuse(name, 'must be percent-encoded UTF-8');
      if (attributes.has(name.slice(PREFIX.length))) refuse(name, 'must be there once');
      attributes.set(name.slice(PREFIX.length), text);
    }
  }
  if (errors.length > 0) throw new ValidationFailedError('The CloudEvent', errors);
  return attributesOf(attributes);
}
