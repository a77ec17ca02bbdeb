/** One JSON text a line, each ended by a line feed. */
export const NDJSON = 'application/x-ndjson';

const JSON_TYPE = 'application/json';

/** Whether a client that accepts this would rather have NDJSON than JSON; it must name it. */
export function prefersNdjson(accept: string | undefined): boolean {
  const wanted = weightOf(NDJSON, accept);
  return wanted > 0 && wanted >= weightOf(JSON_TYPE, accept);
}

export function ndjsonOf(items: readonly unknown[]): string {
  return items.map((item) => `${JSON.stringify(item)}\n`).join('');
}

/** From 0 to 1, as RFC 9110 has it; 0 where the type is not named itself. */
function weightOf(type: string, accept = ''): number {
  for (const range of accept.toLowerCase().split(',')) {
    const [name, ...parameters] = range.split(';').map((part) => part.trim());
    if (name !== type) continue;
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    return weight === undefined ? 1 : Number(weight.slice(2)) || 0;
  }
  return 0;
}
