import type { JsonValue } from '../../event-sourcing/index.js';
import { attributesIn, attributesOf } from './attributes.js';
import { type CloudEvent, isJsonType } from './cloud-event.js';
import { invalidCloudEvent } from './invalid-cloud-event.js';
import { jsonIn } from './json-text.js';

const BASE64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The event as an object of JSON, `application/cloudevents+json`. Bytes become `data_base64`. */
export function structured(event: CloudEvent): Record<string, unknown> {
  const { data } = event;
  return {
    ...Object.fromEntries(attributesIn(event)),
    ...(data instanceof Uint8Array
      ? { data_base64: Buffer.from(data).toString('base64') }
      : data !== undefined && { data }),
  };
}

/**
 * The event that an object of JSON is. Bytes that are said to be JSON are read as JSON.
 * @param at how its fields are called in errors, for example `3.` in a batch
 * @throws ValidationFailedError with everything that is missing or wrong.
 */
export function readStructured(value: unknown, at = ''): CloudEvent {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidCloudEvent(at.slice(0, -1) || 'the body', 'must be an object');
  }
  const { data, data_base64: base64, ...attributes } = value as Record<string, unknown>;
  const event = attributesOf(new Map(Object.entries(attributes)), at);
  if (base64 === undefined || base64 === null) {
    if (data === undefined) return event;
    if (!isJsonType(event.datacontenttype) && typeof data !== 'string') {
      throw invalidCloudEvent(`${at}data`, `must be a text, as it is ${event.datacontenttype}`);
    }
    return { ...event, data: data as JsonValue };
  }
  if (data !== undefined) throw invalidCloudEvent(`${at}data_base64`, 'must not stand beside data');
  if (typeof base64 !== 'string' || !BASE64.test(base64)) {
    throw invalidCloudEvent(`${at}data_base64`, 'must be bytes in Base64');
  }
  const bytes = Buffer.from(base64, 'base64');
  const isJson = event.datacontenttype !== undefined && isJsonType(event.datacontenttype);
  return { ...event, data: isJson ? jsonIn(bytes, `${at}data_base64`) : new Uint8Array(bytes) };
}

/**
 * The events of a batch, `application/cloudevents-batch+json`.
 * @throws ValidationFailedError with what is missing or wrong in the first event that is.
 */
export function readBatch(value: unknown): readonly CloudEvent[] {
  if (!Array.isArray(value)) throw invalidCloudEvent('the body', 'must be a list of events');
  return value.map((each, nth) => readStructured(each, `${nth}.`));
}
