import type { EventMetadata, JsonValue, RecordedEvent } from '../../event-sourcing/index.js';
import type { CloudEvent } from './cloud-event.js';
import { invalidCloudEvent } from './invalid-cloud-event.js';
import { asciiJson, jsonIn } from './json-text.js';

const JSON_TYPE = 'application/json';
/** Positions have at most 16 digits, so that texts of this length are in the order of the numbers. */
const SEQUENCE_LENGTH = 16;

type Extension = CloudEvent['extensions'][string];

const CANNOT_STAND_IN_ATTRIBUTES = /[\p{Cc}\p{Cs}]/u;

/** The extensions that metadata with a name of its own travels in. */
const OF_METADATA = {
  correlationid: 'correlationId',
  causationid: 'causationId',
  actor: 'actor',
  tenant: 'tenant',
  traceparent: 'traceparent',
} as const satisfies Record<string, keyof EventMetadata>;

/**
 * An event of the log as a CloudEvent. Nothing is lost: what metadata has no attribute for is in the extension
 * `hubmetadata`, and tags are in `hubtags`, both JSON in printable ASCII. Revision and position are texts, as whole
 * numbers of CloudEvents end at 2^31.
 *
 * @param source the hub, as a URI-reference
 */
export function cloudEventOf(event: RecordedEvent, source: string): CloudEvent {
  const { id, type, version, stream, revision, position, recordedAt, metadata, tags, data } = event;
  const named: Record<string, string> = {};
  const rest: Record<string, unknown> = { ...metadata };
  for (const [extension, key] of Object.entries(OF_METADATA)) {
    const value = metadata[key];
    if (typeof value !== 'string' || value === '' || CANNOT_STAND_IN_ATTRIBUTES.test(value))
      continue;
    named[extension] = value;
    delete rest[key];
  }
  return {
    specversion: '1.0',
    id,
    source,
    type,
    subject: stream,
    time: recordedAt.toISOString(),
    datacontenttype: JSON_TYPE,
    extensions: {
      schemaversion: version,
      revision: String(revision),
      position: String(position),
      sequence: String(position).padStart(SEQUENCE_LENGTH, '0'),
      partitionkey: stream,
      ...named,
      ...(Object.keys(rest).length > 0 && { hubmetadata: asciiJson(rest) }),
      ...(tags.length > 0 && { hubtags: asciiJson(tags) }),
    },
    data,
  };
}

/**
 * The event of a log that `cloudEventOf` has made this of.
 * @throws ValidationFailedError with the attribute that such an event has and this one has not.
 */
export function recordedEventOf(event: CloudEvent): RecordedEvent {
  const { id, type, subject, time, extensions, data } = event;
  if (data === undefined || data instanceof Uint8Array)
    throw invalidCloudEvent('data', 'must be JSON');
  if (subject === undefined) throw invalidCloudEvent('subject', 'must be the stream');
  if (Number.isNaN(Date.parse(time ?? '')))
    throw invalidCloudEvent('time', 'must be when the event was stored');
  return {
    id,
    type,
    version: numberIn(extensions, 'schemaversion'),
    stream: subject,
    revision: numberIn(extensions, 'revision'),
    position: numberIn(extensions, 'position'),
    recordedAt: new Date(time as string),
    metadata: metadataIn(event),
    tags: tagsIn(extensions.hubtags),
    data,
  };
}

/**
 * What of the extensions is metadata: what has a name in it, and what the publisher has put into `hubmetadata`.
 * @throws ValidationFailedError when that is no object of JSON.
 */
export function metadataIn({ extensions }: CloudEvent): EventMetadata {
  const metadata: Record<string, JsonValue> = { ...restOfMetadata(extensions.hubmetadata) };
  for (const [extension, key] of Object.entries(OF_METADATA)) {
    if (Object.hasOwn(extensions, extension)) metadata[key] = String(extensions[extension]);
  }
  return metadata;
}

function restOfMetadata(text: Extension | undefined): Record<string, JsonValue> {
  if (text === undefined) return {};
  const value = jsonIn(bytesOf(text), 'hubmetadata');
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, JsonValue>;
  }
  throw invalidCloudEvent('hubmetadata', 'must be an object, as JSON');
}

function tagsIn(text: Extension | undefined): readonly string[] {
  if (text === undefined) return [];
  const value = jsonIn(bytesOf(text), 'hubtags');
  if (Array.isArray(value) && value.every((tag) => typeof tag === 'string')) return value;
  throw invalidCloudEvent('hubtags', 'must be a list of texts, as JSON');
}

function bytesOf(text: Extension): Uint8Array {
  return Buffer.from(String(text));
}

/** What came in a header is a text. */
function numberIn(extensions: CloudEvent['extensions'], name: string): number {
  const text = Object.hasOwn(extensions, name) ? String(extensions[name]) : '';
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number;
  throw invalidCloudEvent(name, 'must be a whole number');
}
