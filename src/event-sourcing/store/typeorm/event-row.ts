import { EventMetadata, HistoricEvent, JsonValue, RecordedEvent } from '../recorded-event.js';

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

/** Position, revision, type, version and data as text, in this order. */
export type HistoryRow = readonly [number | string, number | string, string, number, string];

export function toHistoricEvent(
  [position, revision, type, version, data]: HistoryRow,
  stream: string,
): HistoricEvent {
  return {
    stream,
    revision: Number(revision),
    position: Number(position),
    type,
    version,
    data: JSON.parse(data) as JsonValue,
  };
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
