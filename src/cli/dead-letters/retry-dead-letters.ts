import { CommandFailedError } from '../command-failed.error.js';
import { counted, type OutputOptions, print, printJson } from '../output.js';
import { inDeadLetters } from './in-dead-letters.js';

export async function retryDeadLetters(key: string, { json }: OutputOptions): Promise<void> {
  const { handled, left, error } = await inDeadLetters((letters) => letters.retry(key));
  if (json) printJson({ handled, left, error: error ?? null });
  if (error !== undefined) {
    throw new CommandFailedError(
      `${counted(handled, 'event')} of "${key}" handled, ${left} left. The first of them failed: ${error}`,
    );
  }
  if (handled === 0) throw new CommandFailedError(`There are no dead letters of "${key}".`);
  if (!json) print(`${counted(handled, 'event')} of "${key}" handled, none is left.`);
}
