import { type ParkedEvent, type ParkedEventFilter } from '../../event-sourcing/index.js';
import { invalidCursor } from '../../common/http/cursor.js';

const PLACE = /^(\d{1,15}) (.+)$/s;

/** The place of a parked event in the list of all; opaque, as every cursor. */
export function encodeParkedCursor({ position, processor }: ParkedEvent): string {
  return Buffer.from(`${position} ${processor}`).toString('base64url');
}

/** @throws ProblemException when it is none of ours. */
export function decodeParkedCursor(cursor: string | undefined): ParkedEventFilter {
  if (cursor === undefined) return {};
  const text = Buffer.from(cursor, 'base64url').toString();
  const [, position, processor] = PLACE.exec(text) ?? [];
  const isOurs = Buffer.from(text).toString('base64url') === cursor && !text.includes('\0');
  if (!position || !isOurs) throw invalidCursor();
  return { after: Number(position), afterProcessor: processor };
}
