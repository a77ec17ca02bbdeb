import { structured } from '../../common/cloud-events/index.js';
import { localTime } from '../../common/text/local-time.js';
import { type OutputOptions, print, printJson, printTable } from '../output.js';
import { deadLetterOf } from './dead-letter-text.js';
import { inDeadLetters } from './in-dead-letters.js';

export async function showDeadLetter(nr: number, { json }: OutputOptions): Promise<void> {
  const { letter, event, problem } = await inDeadLetters((letters) => letters.show(nr));
  const { key, origin, attempts, failedAt, error, headers, body } = letter;
  const says = event ? structured(event) : null;
  if (json) return printJson({ ...deadLetterOf(letter), headers, body, cloudEvent: says });
  printTable(
    [`dead letter ${nr}`, ''],
    [
      ['key', key],
      ['event', letter.event],
      ['came on', origin],
      ['attempts', String(attempts)],
      ['failed last', failedAt === null ? '-' : localTime(new Date(Number(failedAt)))],
      ['error', error ?? 'it waits behind the one before'],
    ],
  );
  print('');
  if (says) printJson(says);
  else print(problem ?? '', `Its body, in Base64: ${body}`);
  print('', `After the fix: hub dead-letters retry ${JSON.stringify(key)}`);
}
