import { v5 } from 'uuid';
import { ProblemException } from '../problem/problem.exception.js';

const PRINTABLE_ASCII = /^[\x20-\x7e]{1,255}$/;

/**
 * The id of the command that a request with this `Idempotency-Key` sends: the same key always means the same command,
 * which takes effect once. Undefined where there is no key.
 *
 * @param operation a UUID of the operation's own, so that one key may be used for several operations.
 * @throws ProblemException when the key is not 1 to 255 printable ASCII characters.
 */
export function commandIdFromIdempotencyKey(
  key: string | undefined,
  operation: string,
): string | undefined {
  if (key === undefined) return undefined;
  if (!PRINTABLE_ASCII.test(key)) {
    throw new ProblemException({
      status: 400,
      code: 'invalid-idempotency-key',
      detail: 'Idempotency-Key must be 1 to 255 printable ASCII characters, a UUID for example.',
    });
  }
  return v5(key, operation);
}
