import { ProblemException } from '../common/problem/problem.exception.js';

const REALM = 'Bearer realm="hindsight"';

/** For a request that takes an identity and brings nothing to prove one. */
export function identityMissing(): ProblemException {
  return refusal('Send a key or a token: Authorization: Bearer <key or token>.', REALM);
}

/** For what proves nothing. It is not told why where that would help somebody who guesses. */
export function identityRefused(detail: string): ProblemException {
  return refusal(detail, `${REALM}, error="invalid_token"`);
}

function refusal(detail: string, challenge: string): ProblemException {
  return new ProblemException({
    status: 401,
    code: 'unauthenticated',
    detail,
    headers: { 'WWW-Authenticate': challenge },
  });
}
