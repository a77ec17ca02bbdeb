import { ProblemException } from '../problem/problem.exception.js';

const STRONG_TAG = /^"(\d{1,15})"$/;

/** The ETag of something at this revision. */
export function entityTag(revision: number): string {
  return `"${revision}"`;
}

/**
 * The revision that `If-Match` demands; undefined where there is no such header, or `*`.
 * @throws ProblemException when it is neither `"<revision>"` nor `*`.
 */
export function revisionFromIfMatch(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  const match = STRONG_TAG.exec(header.trim());
  if (!match) {
    throw new ProblemException({
      status: 400,
      code: 'invalid-if-match',
      detail: 'If-Match must be the ETag of an earlier answer, for example If-Match: "1", or *.',
    });
  }
  return Number(match[1]);
}

/** Whether a client whose `If-None-Match` this is has what is at this revision already. */
export function isInIfNoneMatch(header: string | undefined, revision: number): boolean {
  if (header === undefined) return false;
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(entityTag(revision));
}
