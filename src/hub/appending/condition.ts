import { revisionFromIfMatch } from '../../common/http/entity-tag.js';
import { ProblemException } from '../../common/problem/problem.exception.js';
import type { ExpectedRevision } from '../../event-sourcing/index.js';

/**
 * What the headers of an append demand of the stream: `If-Match` a revision, or with `*` that it exists;
 * `If-None-Match: *` that there is none; nothing where both are left out.
 *
 * @throws ProblemException when they say something else.
 */
export function expectedRevisionFrom(
  ifMatch: string | undefined,
  ifNoneMatch: string | undefined,
): ExpectedRevision {
  if (ifNoneMatch === undefined) {
    return ifMatch === undefined ? 'any' : (revisionFromIfMatch(ifMatch) ?? 'exists');
  }
  if (ifMatch === undefined && ifNoneMatch.trim() === '*') return 'none';
  throw new ProblemException({
    status: 400,
    code: 'invalid-if-none-match',
    detail: 'If-None-Match must be *, for a stream that is to be new, and stand without If-Match.',
  });
}
