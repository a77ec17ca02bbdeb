import { DataSource } from 'typeorm';
import type { TestDatabase } from './databases.js';

/** An event as it stands in the table, read without the event store. */
export interface LoggedEvent {
  readonly position: number;
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly data: Readonly<Record<string, string>>;
  readonly correlationId: string;
  readonly actor?: string;
}

interface Row {
  readonly position: number | string;
  readonly id: string;
  readonly stream: string;
  readonly revision: number | string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
}

type Metadata = Pick<LoggedEvent, 'correlationId' | 'actor'>;

const WHOLE_LOG = `
  SELECT position, id, stream, revision, type, CAST(data AS text) AS data, CAST(metadata AS text) AS metadata
    FROM hub_events ORDER BY position`;

/** The whole log, past the event store and its indexes: what is really there. */
export async function loggedEvents(database: TestDatabase): Promise<LoggedEvent[]> {
  const dataSource = await new DataSource(database.options).initialize();
  try {
    const rows = await dataSource.query<Row[]>(WHOLE_LOG);
    return rows.map(({ position, id, stream, revision, type, data, metadata }) => {
      const { correlationId, actor } = JSON.parse(metadata) as Metadata;
      return {
        position: Number(position),
        id,
        stream,
        revision: Number(revision),
        type,
        data: JSON.parse(data) as Record<string, string>,
        correlationId,
        actor,
      };
    });
  } finally {
    await dataSource.destroy();
  }
}

/** A sentence for every hole in the positions or revisions, and for every id that is there twice. */
export function misplacedEvents(events: readonly LoggedEvent[]): string[] {
  const ids = new Set<string>();
  const revisions = new Map<string, number>();
  return events.flatMap(({ position, id, stream, revision }, index) => {
    const expected = (revisions.get(stream) ?? 0) + 1;
    const complaints = [
      position !== index + 1 && `position ${index + 1} is missing or taken twice`,
      revision !== expected && `${stream} has ${revision} where ${expected} belongs`,
      ids.has(id) && `event id ${id} is there twice`,
    ];
    revisions.set(stream, revision);
    ids.add(id);
    return complaints.filter((complaint) => complaint !== false);
  });
}
