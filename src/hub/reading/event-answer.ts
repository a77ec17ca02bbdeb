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

/** Whether one event is wanted as a CloudEvent, and in which mode. */
export function modeOf(accept: string | undefined): typeof STRUCTURED | typeof BINARY | undefined {
  const form = negotiate(accept, [STRUCTURED, BINARY], JSON_TYPE);
  return form === JSON_TYPE ? undefined : form;
}

/** One event in a mode of CloudEvents; in structured mode, too, where its headers would be too many for binary mode. */
export function answerInMode(
  mode: typeof STRUCTURED | typeof BINARY,
  event: RecordedEvent,
  source: string,
  response: ResponseHeaders,
): string {
  const cloudEvent = cloudEventOf(event, source);
  if (mode === BINARY) {
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
