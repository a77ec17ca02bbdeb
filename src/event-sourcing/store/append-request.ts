import { InvalidEventError } from '../errors/store.errors.js';
import { StreamAppend } from './event-store.js';
import { NewEvent } from './recorded-event.js';
import { ExpectedRevision } from './expected-revision.js';
import { assertStreamName } from './stream-name.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** The form of a stored event name, see `isEventType`. */
export const EVENT_TYPE = /^[a-z][a-z0-9_]*([.-][a-z0-9_]+)*$/;
const MAX_TYPE_LENGTH = 200;
const MAX_CORRELATION_ID_LENGTH = 200;
const MAX_VERSION = 2 ** 31 - 1;
/** What of the metadata others look for, and show. */
const TEXTS = ['correlationId', 'causationId', 'actor', 'tenant', 'traceparent'] as const;

/** Whether `id` is a UUID in lower case, the form in which event ids are stored. */
export function isEventId(id: string): boolean {
  return UUID.test(id);
}

/** Whether `type` may be a stored event name: lower case words joined by `.` or `-`. */
export function isEventType(type: string): boolean {
  return type.length <= MAX_TYPE_LENGTH && EVENT_TYPE.test(type);
}

/** Whether `version` may be the schema version of an event's data: a whole number from 1. */
export function isSchemaVersion(version: number): boolean {
  return Number.isInteger(version) && version >= 1 && version <= MAX_VERSION;
}

/** Whether `correlationId` may be one: 1 to 200 characters, none of them a control character. */
export function isCorrelationId(correlationId: unknown): boolean {
  return (
    typeof correlationId === 'string' &&
    correlationId.length > 0 &&
    correlationId.length <= MAX_CORRELATION_ID_LENGTH &&
    !/[\p{Cc}\p{Cs}]/u.test(correlationId)
  );
}

/**
 * The JSON text of an event's data or metadata.
 * @throws InvalidEventError when JSON cannot tell it: undefined, a function, a bigint, a circular object.
 */
export function jsonTextOf(value: unknown, eventId: string): string {
  let text: string | undefined;
  let reason = 'it is not a JSON value';
  try {
    text = JSON.stringify(value);
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  }
  if (text === undefined) {
    throw new InvalidEventError(`What event ${eventId} carries cannot be stored: ${reason}`);
  }
  return text;
}

/**
 * Refuses what no store may take, before it joins a transaction with its neighbours.
 * @throws InvalidEventError
 */
export function assertAppendable(appends: readonly StreamAppend[]): void {
  if (appends.length === 0) {
    throw new InvalidEventError('An append names at least one stream.');
  }
  const streams = new Set<string>();
  const ids = new Set<string>();
  for (const { stream, expectedRevision, events } of appends) {
    assertStreamName(stream);
    if (streams.has(stream)) {
      throw new InvalidEventError(`Stream "${stream}" is named twice in one append.`);
    }
    streams.add(stream);
    assertExpectedRevision(expectedRevision);
    for (const event of events) {
      if (!isEventId(event.id)) {
        throw new InvalidEventError(`"${event.id}" is not a UUID in lower case.`);
      }
      if (ids.has(event.id)) {
        throw new InvalidEventError(`Event id ${event.id} is used twice in one append.`);
      }
      ids.add(event.id);
      if (!isEventType(event.type)) {
        throw new InvalidEventError(
          `"${event.type}" is not an event type. Write lower case words joined by "." or "-", ` +
            `at most ${MAX_TYPE_LENGTH} characters, for example "user.email-changed".`,
        );
      }
      if (!isSchemaVersion(event.version)) {
        throw new InvalidEventError(
          `${event.version} is not a schema version: use 1 to ${MAX_VERSION}.`,
        );
      }
      assertMetadata(event);
    }
  }
}

function assertExpectedRevision(expected: ExpectedRevision): void {
  const valid =
    typeof expected === 'number'
      ? Number.isSafeInteger(expected) && expected >= 0
      : ['none', 'exists', 'any'].includes(expected);
  if (!valid) {
    throw new InvalidEventError(
      `${String(expected)} is not an expected revision: use 0 or more, 'none', 'exists' or 'any'.`,
    );
  }
}

function assertMetadata({ id, metadata = {} }: NewEvent): void {
  for (const key of TEXTS) {
    const value = metadata[key];
    if (value === undefined || isCorrelationId(value)) continue;
    throw new InvalidEventError(
      `The metadata of event ${id} has a ${key} that is none: it is a text of 1 to ` +
        `${MAX_CORRELATION_ID_LENGTH} characters without control characters.`,
    );
  }
}
