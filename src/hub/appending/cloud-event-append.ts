import { v5 as uuidV5 } from 'uuid';
import {
  BATCH,
  type CloudEvent,
  essenceOf,
  isBinary,
  isJsonType,
  type MessageHeaders,
  metadataIn,
  readBatch,
  readBinaryJson,
  readStructured,
  STRUCTURED,
} from '../../common/cloud-events/index.js';
import {
  type FieldError,
  isEventId,
  type JsonValue,
  type NewEvent,
  ValidationFailedError,
} from '../../event-sourcing/index.js';
import { assertNotTooManyEvents } from './limits.js';

/** Of ids that are derived from those of publishers. */
const NAMESPACE = '6f3f1b9e-2c0e-5c0b-9a3c-7d1f0e4b8a52';

/** What of a CloudEvent becomes a part of the event itself, and need not be kept beside it. */
const KNOWN_EXTENSIONS = [
  'schemaversion',
  'correlationid',
  'causationid',
  'tenant',
  'traceparent',
  'hubmetadata',
];

/** Whether a request to append has CloudEvents, in any of their modes. */
export function hasCloudEvents(headers: MessageHeaders): boolean {
  return [STRUCTURED, BATCH].includes(typeOf(headers)) || isBinary(headers);
}

/**
 * The events to append to a stream that a request has as CloudEvents: one, or a batch.
 * @throws ValidationFailedError, ProblemException
 */
export function eventsInCloudEvents(
  stream: string,
  headers: MessageHeaders,
  body: unknown,
): readonly NewEvent[] {
  if (typeOf(headers) !== BATCH) {
    const isStructured = typeOf(headers) === STRUCTURED;
    const event = isStructured
      ? readStructured(body)
      : readBinaryJson(headers, body as JsonValue | undefined);
    return [newEventOf(event, stream, '')];
  }
  assertNotTooManyEvents(Array.isArray(body) ? body.length : 0);
  const events = readBatch(body).map((event, nth) => newEventOf(event, stream, `${nth}.`));
  if (events.length > 0) return events;
  const messages = ['the body must have at least one event'];
  throw new ValidationFailedError('The request', [{ field: 'the body', messages }]);
}

function typeOf(headers: MessageHeaders): string {
  return essenceOf(headers['content-type'] as string | undefined);
}

function newEventOf(event: CloudEvent, stream: string, at: string): NewEvent {
  const { id, type, subject, datacontenttype, extensions, data = null } = event;
  const errors: FieldError[] = [];
  const refuse = (field: string, what: string): void => {
    errors.push({ field: at + field, messages: [`${at}${field} ${what}`] });
  };
  if (subject !== undefined && subject !== stream) {
    refuse('subject', `must be the stream, ${stream}, or be left out`);
  }
  if (!isJsonType(datacontenttype)) refuse('datacontenttype', 'must be JSON, which the log keeps');
  else if (data instanceof Uint8Array) refuse('data_base64', 'must be JSON, and said to be');
  const version = Number(extensions.schemaversion ?? 1);
  if (!Number.isInteger(version)) refuse('schemaversion', 'must be a whole number');
  if (errors.length > 0) throw new ValidationFailedError('The CloudEvent', errors);
  return {
    id: isEventId(id) ? id : uuidV5(JSON.stringify([event.source, id]), NAMESPACE),
    type,
    version,
    data: data as JsonValue,
    metadata: metadataOf(event),
  };
}

/** What the log says itself of an event, the publisher has said of his: it is kept as what he has said. */
function metadataOf(event: CloudEvent): NewEvent['metadata'] {
  const { id, source, time, dataschema, datacontenttype, extensions } = event;
  const { actor: _, ...ofMetadata } = extensions;
  const { cloudEvent: earlier, ...metadata } = metadataIn({ ...event, extensions: ofMetadata });
  const others = Object.entries(extensions).filter(([name]) => !KNOWN_EXTENSIONS.includes(name));
  const cloudEvent = {
    source,
    ...(!isEventId(id) && { id }),
    ...(time !== undefined && { time }),
    ...(dataschema !== undefined && { dataschema }),
    ...(essenceOf(datacontenttype) !== 'application/json' &&
      datacontenttype !== undefined && { datacontenttype }),
    ...(others.length > 0 && { extensions: Object.fromEntries(others) }),
    ...(earlier !== undefined && { cloudEvent: earlier }),
  };
  return { ...metadata, cloudEvent };
}
