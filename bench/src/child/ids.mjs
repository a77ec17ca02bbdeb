import { randomBytes } from 'node:crypto';

/** A UUIDv7, as Hindsight makes ids: it lies next to the last one in an index. Every contender's accounts get them. */
export function uuidV7() {
  const time = Date.now().toString(16).padStart(12, '0');
  const random = randomBytes(10).toString('hex');
  const variant = ((parseInt(random[3], 16) & 0x3) | 0x8).toString(16);
  const parts = [time.slice(0, 8), time.slice(8), `7${random.slice(0, 3)}`];
  return `${parts.join('-')}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`;
}
