import { ProblemException } from '../problem/problem.exception.js';

/** A place in a list as clients see it: opaque, so that nobody counts on what is inside. */
export function encodeCursor(place: number): string {
  return Buffer.from(String(place)).toString('base64url');
}

/**
 * The place a client's cursor stands for; undefined for none.
 * @throws ProblemException when it is none of ours.
 */
export function decodeCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const place = Number(Buffer.from(cursor, 'base64url').toString());
  if (!Number.isSafeInteger(place) || place < 0 || encodeCursor(place) !== cursor) {
    throw invalidCursor();
  }
  return place;
}

/** For a cursor that is none of an earlier page. */
export function invalidCursor(): ProblemException {
  return new ProblemException({
    status: 400,
    code: 'invalid-cursor',
    detail: 'cursor must be the nextCursor of an earlier page, or be left out for the first page.',
  });
}
