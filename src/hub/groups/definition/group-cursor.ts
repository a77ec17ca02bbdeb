import { invalidCursor } from '../../../common/http/cursor.js';

const NAME = /^[a-z0-9-]{1,64}$/;

/** The place of a group in the list of all; opaque, as every cursor. */
export function encodeGroupCursor(name: string): string {
  return Buffer.from(name).toString('base64url');
}

/** @throws ProblemException when it is none of ours. */
export function decodeGroupCursor(cursor: string | undefined): string {
  if (cursor === undefined) return '';
  const name = Buffer.from(cursor, 'base64url').toString();
  if (!NAME.test(name) || encodeGroupCursor(name) !== cursor) throw invalidCursor();
  return name;
}
