import { ProblemException } from '../problem/problem.exception.js';
import type { Identity } from './identity.js';
import type { Right } from './rights.js';

/** For an identity that lacks a right, which it is told the name of. */
export function notPermitted(right: Right): ProblemException {
  return new ProblemException({
    status: 403,
    code: 'not-permitted',
    detail: `This takes the right "${right}", which you do not have.`,
    extensions: { right },
  });
}

/**
 * Where the server asks nobody who they are, everything is permitted.
 * @throws ProblemException when the caller lacks the right.
 */
export function assertPermitted(caller: Identity | undefined, right: Right): void {
  if (caller && !caller.rights.has(right)) throw notPermitted(right);
}
