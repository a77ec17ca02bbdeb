import { EventMetadata, JsonValue, RecordedEvent } from '../recorded-event.js';

/** A row of `hub_events`, payloads as text; both databases are asked for exactly this shape. */
export interface EventRow {
  readonly position: number | string;
  readonly id: string;
  readonly stream: string;
  readonly revision: number | string;
  readonly type: string;
  readonly version: number;
  readonly data: string;
  readonly metadata: string;
  readonly tags: string | null;
  readonly recorded_at: string | Date;
}

export function toRecordedEvent(row: EventRow): RecordedEvent {
  return {
    id: row.id,
    type: row.type,
    version: row.version,
    stream: row.stream,
    revision: Number(row.revision),
    position: Number(row.position),
    data: JSON.parse(row.data) as JsonValue,
    metadata: JSON.parse(row.metadata) as EventMetadata,
    tags: row.tags === null ? [] : (JSON.parse(row.tags) as string[]),
    recordedAt: new Date(row.recorded_at),
  };
}
