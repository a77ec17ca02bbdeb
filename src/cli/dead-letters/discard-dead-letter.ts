import { type OutputOptions, print, printJson } from '../output.js';
import { inDeadLetters } from './in-dead-letters.js';

export async function discardDeadLetter(nr: number, { json }: OutputOptions): Promise<void> {
  const { key } = await inDeadLetters((letters) => letters.discard(nr));
  if (json) return printJson({ number: nr, key });
  print(
    `Dead letter ${nr} is given up. What waits behind it: hub dead-letters list --key ${JSON.stringify(key)}`,
  );
}
