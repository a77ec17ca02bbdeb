import type { DeadLetter } from '../../messaging/index.js';

/** A dead letter as programs get it. */
export function deadLetterOf(letter: DeadLetter): Record<string, unknown> {
  const { nr, key, event, type, origin, error, attempts, failedAt } = letter;
  return {
    ...{ number: nr, key, event, type, origin, error, attempts },
    failedAt: failedAt === null ? null : new Date(Number(failedAt)).toISOString(),
  };
}
