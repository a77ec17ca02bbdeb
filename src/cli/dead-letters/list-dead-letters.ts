import { localTime } from '../../common/text/local-time.js';
import { shortened } from '../../common/text/shortened.js';
import type { DeadLetter } from '../../messaging/index.js';
import type { ListDeadLettersOptions } from '../dead-letters.commands.js';
import { print, printJson, printTable } from '../output.js';
import { inDeadLetters } from './in-dead-letters.js';
import { deadLetterOf } from './dead-letter-text.js';

const HEADINGS = ['number', 'key', 'type', 'attempts', 'failed last', 'error'];

export async function listDeadLetters(options: ListDeadLettersOptions): Promise<void> {
  const { key, after, limit, json } = options;
  const found = await inDeadLetters((letters) => letters.list({ key, after, limit: limit + 1 }));
  const letters = found.slice(0, limit);
  const [first] = letters;
  const last = found.length > limit ? letters[letters.length - 1].nr : null;
  if (json) return printJson({ items: letters.map(deadLetterOf), nextAfter: last });
  if (!first) return print('There are no dead letters.');
  printTable(HEADINGS, letters.map(rowOf));
  if (last !== null) print('', `There are more: add --after ${last}`);
  print(
    '',
    `To see one:           hub dead-letters show ${first.nr}`,
    `After the fix:        hub dead-letters retry ${JSON.stringify(first.key)}`,
    `To give up the first: hub dead-letters discard ${first.nr}`,
  );
}

function rowOf({ nr, key, type, attempts, failedAt, error }: DeadLetter): string[] {
  return [
    String(nr),
    key,
    type ?? '-',
    String(attempts),
    failedAt === null ? '-' : localTime(new Date(Number(failedAt))),
    error === null ? 'waits behind the one before' : shortened(error),
  ];
}
