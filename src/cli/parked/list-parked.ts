import { localTime } from '../../common/text/local-time.js';
import { shortened } from '../../common/text/shortened.js';
import { type ParkedEvent, ProcessorNotFoundError } from '../../event-sourcing/index.js';
import { decodeParkedCursor, encodeParkedCursor } from '../../ops/processors/parked-cursor.js';
import { parkedEventOf } from '../../ops/processors/parked-event.dto.js';
import { type Hub, inHub } from '../hub.js';
import { print, printJson, printTable } from '../output.js';
import type { ListOptions } from '../parked.commands.js';

const HEADINGS = ['position', 'processor', 'stream', 'attempts', 'failed last', 'error'];

export async function listParked(options: ListOptions): Promise<void> {
  const { limit, json } = options;
  const found = await inHub((hub) => find(hub, options));
  const events = found.slice(0, limit);
  const last = found.length > limit ? events.at(-1) : undefined;
  const nextCursor = last ? encodeParkedCursor(last) : null;
  if (json) return printJson({ items: events.map(parkedEventOf), nextCursor });
  const [first] = events;
  if (!first) return print('Nothing is parked.');
  printTable(HEADINGS, events.map(rowOf));
  if (nextCursor !== null) print('', `There are more: add --cursor ${nextCursor}`);
  const { processor, position, stream } = first;
  print(
    '',
    `To see one:         hub parked show ${processor} ${position}`,
    `After the fix:      hub parked retry ${processor} ${stream}`,
    `To give up the first: hub parked skip ${processor} ${position}`,
  );
}

/** A processor that is gone may have left something; a name that nobody has ever had is a mistake. */
async function find(
  { parked, processors }: Hub,
  { processor, stream, limit, cursor }: ListOptions,
): Promise<readonly ParkedEvent[]> {
  const place = decodeParkedCursor(cursor);
  const found = await parked.list({ processor, stream, ...place, limit: limit + 1 });
  if (found.length === 0 && processor !== undefined) {
    const known = (await processors.statuses()).map(({ name }) => name);
    if (!known.includes(processor)) throw new ProcessorNotFoundError(processor, known);
  }
  return found;
}

function rowOf({
  position,
  processor,
  stream,
  attempts,
  lastFailedAt,
  error,
}: ParkedEvent): string[] {
  return [
    String(position),
    processor,
    stream,
    String(attempts),
    lastFailedAt ? localTime(lastFailedAt) : '-',
    error === undefined ? 'waits behind the one before' : shortened(error),
  ];
}
