import type {
  EventMetadata,
  ExpectedRevision,
  JsonValue,
  NewEvent,
  StreamAppend,
} from '../../event-sourcing/index.js';
import { BodyFields } from './body-fields.js';
import {
  assertNotTooManyBatches,
  assertNotTooManyEvents,
  assertNotTooManyStreams,
} from './limits.js';

// Bodies are read by hand, as what makes instances of classes out of them would change what events carry: it takes keys
// such as `prototype` out of it. Only shapes are looked at; what names, ids and versions may be, the kit knows.

const EVENT = ['id', 'type', 'version', 'data', 'metadata', 'tags'];

/**
 * The events that the body of an append has.
 * @throws ValidationFailedError, ProblemException
 */
export function eventsIn(body: unknown): readonly NewEvent[] {
  const fields = new BodyFields();
  const list = fields.list(fields.object(body, 'the body', ['events']).events, 'events');
  assertNotTooManyEvents(list.length);
  const events = list.map((event, nth) => eventOf(event, `events.${nth}`, fields));
  if (events.length === 0) fields.refuse('events', 'events must have at least one');
  fields.assertValid();
  return events;
}

/**
 * What the body of a batch wants to be appended.
 * @throws ValidationFailedError, ProblemException
 */
export function appendsIn(body: unknown): readonly StreamAppend[] {
  const fields = new BodyFields();
  const batch = batchOf(body, '', fields);
  assertNotTooManyEvents(batch.eventCount);
  if (batch.eventCount === 0) fields.refuse('appends', 'appends must have at least one event');
  const appends = batch.appends();
  fields.assertValid();
  return appends;
}

/**
 * The batches that a body has, each of which is to be appended by itself.
 * @throws ValidationFailedError, ProblemException
 */
export function batchesIn(body: unknown): readonly (readonly StreamAppend[])[] {
  const fields = new BodyFields();
  const list = fields.list(fields.object(body, 'the body', ['batches']).batches, 'batches');
  assertNotTooManyBatches(list.length);
  if (list.length === 0) fields.refuse('batches', 'batches must have at least one');
  const batches = list.map((batch, nth) => batchOf(batch, `batches.${nth}`, fields));
  assertNotTooManyEvents(batches.reduce((sum, { eventCount }) => sum + eventCount, 0));
  const appends = batches.map((batch) => batch.appends());
  fields.assertValid();
  return appends;
}

/** A batch whose events are counted before they are looked at. */
interface Batch {
  readonly eventCount: number;
  readonly appends: () => readonly StreamAppend[];
}

function batchOf(body: unknown, place: string, fields: BodyFields): Batch {
  const at = (name: string): string => (place === '' ? name : `${place}.${name}`);
  const { appends } = fields.object(body, place || 'the body', ['appends']);
  const list = fields.list(appends, at('appends'));
  assertNotTooManyStreams(list.length);
  const shapes = list.map((each, nth) => {
    const field = at(`appends.${nth}`);
    const append = fields.object(each, field, ['stream', 'expectedRevision', 'events']);
    return { field, append, events: fields.list(append.events, `${field}.events`) };
  });
  return {
    eventCount: shapes.reduce((sum, { events }) => sum + events.length, 0),
    appends: () =>
      shapes.map(({ field, append: { stream, expectedRevision }, events }) => ({
        stream: fields.text(stream, `${field}.stream`),
        expectedRevision: expectationOf(expectedRevision, `${field}.expectedRevision`, fields),
        events: events.map((event, nth) => eventOf(event, `${field}.events.${nth}`, fields)),
      })),
  };
}

function eventOf(value: unknown, field: string, fields: BodyFields): NewEvent {
  const event = fields.object(value, field, EVENT);
  const { id, type, version = 1, data, metadata = {}, tags = [] } = event;
  if (data === undefined) fields.refuse(`${field}.data`, `${field}.data must be there`);
  if (typeof version !== 'number') {
    fields.refuse(`${field}.version`, `${field}.version must be a number`);
  }
  return {
    id: fields.text(id, `${field}.id`),
    type: fields.text(type, `${field}.type`),
    version: version as number,
    data: data as JsonValue,
    metadata: fields.object(metadata, `${field}.metadata`) as EventMetadata,
    tags: fields
      .list(tags, `${field}.tags`)
      .map((tag, nth) => fields.text(tag, `${field}.tags.${nth}`)),
  };
}

function expectationOf(value: unknown, field: string, fields: BodyFields): ExpectedRevision {
  if (value === undefined) return 'any';
  if (typeof value !== 'number' && typeof value !== 'string') {
    fields.refuse(field, `${field} must be a revision, or none, exists or any`);
  }
  return value as ExpectedRevision;
}
