import { ProblemException } from '../../common/problem/problem.exception.js';

/** For whoever sends more than is taken from one. */
export function tooManyRequests(limit: number, resetSeconds: number): ProblemException {
  return new ProblemException({
    status: 429,
    code: 'too-many-requests',
    detail: `More than ${limit} requests have come from you within a minute. Wait ${resetSeconds} s.`,
    retryAfterSeconds: resetSeconds,
  });
}
