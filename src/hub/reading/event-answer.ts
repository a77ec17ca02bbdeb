import {
  BATCH,
  binary,
  cloudEventOf,
  STRUCTURED,
  structured,
} from '../../common/cloud-events/index.js';
import { negotiate } from '../../common/http/negotiate.js';
import type { ResponseHeaders } from '../../common/http/response-headers.js';
import type { RecordedEvent } from '../../event-sourcing/index.js';
import { loggedEventOf } from '../logged-event.dto.js';
import { NDJSON, ndjsonOf } from './ndjson.js';

const JSON_TYPE = 'application/json';
/** There is no media type for it: the answer is JSON, with headers. */
export const BINARY = 'application/json;mode=binary';
/** Clients and proxies take some 8 or 16 KiB of headers. */
const MOST_HEADER_CHARACTERS = 6_000;

/** How the events of a page are wanted; undefined where the page is to be JSON of its own. */
export function eventsAs(
  special: readonly (typeof NDJSON | typeof BATCH)[],
  events: readonly RecordedEvent[],
  source: string,
  accept: string | undefined,
  response: ResponseHeaders,
): string | undefined {
  const form = negotiate(accept, special, JSON_TYPE);
  response.header('Vary', 'Accept');
  if (form === JSON_TYPE) return undefined;
  response.header('Content-Type', form);
  return form === NDJSON
    ? ndjsonOf(events.map(loggedEventOf))
    : JSON.stringify(events.map((event) => structured(cloudEventOf(event, source))));
}

/** How one event is wanted, alone. */
export type EventForm = typeof STRUCTURED | typeof BINARY | typeof NDJSON;

/** Whether one event is wanted alone, and how. */
export function formOf(accept: string | undefined): EventForm | undefined {
  const form = negotiate(accept, [STRUCTURED, BINARY, NDJSON], JSON_TYPE);
  return form === JSON_TYPE ? undefined : form;
}

/**
 * One event as a line of JSON, or in a mode of CloudEvents; in structured mode, too, where its headers would be too many for
 * binary mode.
 */
export function answerAs(
  form: EventForm,
  event: RecordedEvent,
  source: string,
  response: ResponseHeaders,
): string {
  if (form === NDJSON) {
    response.header('Content-Type', NDJSON);
    return ndjsonOf([loggedEventOf(event)]);
  }
  const cloudEvent = cloudEventOf(event, source);
  if (form === BINARY) {
    const { headers, body } = binary(cloudEvent);
    const fields = Object.entries(headers);
    if (fields.reduce((sum, field) => sum + field.join().length, 0) <= MOST_HEADER_CHARACTERS) {
      for (const [name, value] of fields) response.header(name, value);
      return Buffer.from(body).toString();
    }
  }
  response.header('Content-Type', STRUCTURED);
  return JSON.stringify(structured(cloudEvent));
}
