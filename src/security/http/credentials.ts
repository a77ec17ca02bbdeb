import type { IncomingHttpHeaders } from 'node:http';

const BEARER = /^bearer +(\S+) *$/i;

/** What a request brings to prove who sends it. */
export type Credentials = { readonly text: string } | 'none' | 'malformed';

/** From `Authorization: Bearer` or, for tools that cannot set it, `X-Api-Key`; not from both, which would be ambiguous. */
export function credentialsIn(headers: IncomingHttpHeaders): Credentials {
  const { authorization, 'x-api-key': key } = headers;
  if (authorization === undefined && key === undefined) return 'none';
  if (authorization !== undefined && key !== undefined) return 'malformed';
  const text = typeof key === 'string' ? key.trim() : BEARER.exec(authorization ?? '')?.[1];
  return text ? { text } : 'malformed';
}
