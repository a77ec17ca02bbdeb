import { isUtf8 } from 'node:buffer';
import type { JsonValue } from '../../event-sourcing/index.js';
import { isTooDeep, MAX_JSON_DEPTH } from '../json-depth.js';
import { invalidCloudEvent } from './invalid-cloud-event.js';

/**
 * The JSON that bytes are, in UTF-8.
 * @param field what they are called in the error
 * @throws ValidationFailedError when they are none, or nested too deeply.
 */
export function jsonIn(bytes: Uint8Array, field: string): JsonValue {
  if (isTooDeep(bytes)) {
    throw invalidCloudEvent(field, `must be at most ${MAX_JSON_DEPTH} levels deep`);
  }
  try {
    if (isUtf8(bytes)) return JSON.parse(Buffer.from(bytes).toString('utf8')) as JsonValue;
  } catch {
    // Said below.
  }
  throw invalidCloudEvent(field, 'must be JSON in UTF-8');
}

/** JSON in printable ASCII, which is what attributes and headers can carry. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
