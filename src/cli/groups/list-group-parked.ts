import { decodeCursor, encodeCursor } from '../../common/http/cursor.js';
import { localTime } from '../../common/text/local-time.js';
import { shortened } from '../../common/text/shortened.js';
import { parkedDeliveryOf } from '../../hub/groups/parking/parked-delivery.dto.js';
import type { Delivery } from '../../hub/groups/tables/delivery.js';
import type { ListGroupParkedOptions } from '../groups.commands.js';
import { print, printJson, printTable } from '../output.js';
import { inGroups } from './in-groups.js';

const HEADINGS = ['position', 'stream', 'attempts', 'failed last', 'error'];

export async function listGroupParked(
  name: string,
  { stream, limit, cursor, json }: ListGroupParkedOptions,
): Promise<void> {
  const found = await inGroups(async ({ groups, parked }) => {
    await groups.find(name);
    return parked.list(name, decodeCursor(cursor) ?? 0, limit + 1, stream);
  });
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  const nextCursor = last ? encodeCursor(last.position) : null;
  if (json) return printJson({ items: page.map(parkedDeliveryOf), nextCursor });
  const [first] = page;
  if (!first) return print('Nothing is parked.');
  printTable(HEADINGS, page.map(rowOf));
  if (nextCursor !== null) print('', `There are more: add --cursor ${nextCursor}`);
  print(
    '',
    `After the fix:        hub groups retry ${name} ${first.stream}`,
    `To give up the first: hub groups skip ${name} ${first.position}`,
  );
}

function rowOf({ position, stream, attempts, lastFailedAt, error }: Delivery): string[] {
  return [
    String(position),
    stream,
    String(attempts),
    lastFailedAt ? localTime(lastFailedAt) : '-',
    error === null ? 'waits behind the one before' : shortened(error),
  ];
}
