import { v5 } from 'uuid';
import { ProblemException } from '../problem/problem.exception.js';

const PRINTABLE_ASCII = /^[\x20-\x7e]{1,255}$/;

/**
 * The id of what a request with this `Idempotency-Key` creates: the same key always names the same thing, so that the
 * log itself remembers which requests have been done.
 *
 * @param namespace a UUID of the operation's own, so that one key may be used for several operations.
 * @throws ProblemException when the key is not 1 to 255 printable ASCII characters.
 */
export function idFromIdempotencyKey(key: string, namespace: string): string {
  if (!PRINTABLE_ASCII.test(key)) {
    throw new ProblemException({
      status: 400,
      code: 'invalid-idempotency-key',
      detail: 'Idempotency-Key must be 1 to 255 printable ASCII characters, a UUID for example.',
    });
  }
  return v5(key, namespace);
}
