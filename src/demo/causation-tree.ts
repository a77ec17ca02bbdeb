import type { RecordedEvent } from '../event-sourcing/index.js';

/** What the events of a transfer and its saga say, as far as it is shown. */
interface Said {
  readonly commands?: readonly { readonly type: string }[];
  readonly code?: string;
  readonly reason?: { readonly code: string };
}

/** Events below those that led to them, as rows of a table: the position, the type, and what is to be said of it. */
export function causationTree(events: readonly RecordedEvent[]): string[][] {
  const ids = new Set(events.map(({ id }) => id));
  const rowsBelow = (depth: number, isBelow: (causationId: string) => boolean): string[][] =>
    events
      .filter(({ metadata: { causationId = '' } }) => isBelow(causationId))
      .flatMap((event) => [
        [String(event.position), '  '.repeat(depth) + event.type, noteOf(event)],
        ...rowsBelow(depth + 1, (causationId) => causationId === event.id),
      ]);
  return rowsBelow(0, (causationId) => !ids.has(causationId));
}

function noteOf({ data }: RecordedEvent): string {
  const { commands = [], code, reason } = data as Said;
  const sent = commands.map(({ type }) => `sends ${type}`).join(', ');
  return sent || (code ?? reason?.code ?? '');
}
