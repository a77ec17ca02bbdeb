import { jsonTextOf } from './append-request.js';
import { NewEvent } from './recorded-event.js';
import { StreamAppend } from './event-store.js';
import { ExpectedRevision } from './expected-revision.js';
import { categoryOf } from './stream-name.js';

/** An event in the form in which both databases take it. */
export interface PreparedEvent {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly data: string;
  readonly metadata: string;
  readonly tags: string | null;
  readonly correlationId: string | null;
}

export interface PreparedWrite {
  readonly stream: string;
  readonly category: string;
  readonly expectedRevision: ExpectedRevision;
  readonly events: readonly PreparedEvent[];
}

/** An append, serialised before it boards a flight, so that a flight does nothing but write. */
export interface PreparedAppend {
  readonly writes: readonly PreparedWrite[];
  /** Characters of payload, a measure of how much of a flight it takes. */
  readonly size: number;
}

const OVERHEAD_PER_WRITE = 100;
const OVERHEAD_PER_EVENT = 200;

export function prepareAppend(appends: readonly StreamAppend[]): PreparedAppend {
  let size = 0;
  const writes = appends.map(({ stream, expectedRevision, events }) => {
    size += OVERHEAD_PER_WRITE;
    const prepared = events.map(prepareEvent);
    for (const event of prepared) {
      size += OVERHEAD_PER_EVENT + event.data.length + event.metadata.length;
    }
    return { stream, category: categoryOf(stream), expectedRevision, events: prepared };
  });
  return { writes, size };
}

export function eventIdsOf(append: PreparedAppend): string[] {
  return append.writes.flatMap(({ events }) => events.map(({ id }) => id));
}

function prepareEvent(event: NewEvent): PreparedEvent {
  const metadata = event.metadata ?? {};
  return {
    id: event.id,
    type: event.type,
    version: event.version,
    data: jsonTextOf(event.data, event.id),
    metadata: jsonTextOf(metadata, event.id),
    tags: event.tags?.length ? JSON.stringify(event.tags) : null,
    correlationId: metadata.correlationId ?? null,
  };
}
