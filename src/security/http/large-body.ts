import type { IncomingHttpHeaders } from 'node:http';

/** What may as well be read and thrown away: a new connection costs more. */
const SMALL_BYTES = 16 * 1024;

/** Whether the body of a request is large, or of a length that is not said. */
export function hasLargeBody(headers: IncomingHttpHeaders): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = headers;
  return encoding !== undefined || Number(length ?? 0) > SMALL_BYTES;
}
