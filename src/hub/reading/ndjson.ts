/** One JSON text a line, each ended by a line feed. */
export const NDJSON = 'application/x-ndjson';

export function ndjsonOf(items: readonly unknown[]): string {
  return items.map((item) => `${JSON.stringify(item)}\n`).join('');
}
