import { Agent, type IncomingHttpHeaders, request } from 'node:http';

/** A request as it goes over the wire: nothing in it is checked, encoded or put right on the way. */
export interface RawRequest {
  readonly method: string;
  /** With its query, percent-encoded or not. */
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: Buffer;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 4 });
const TIMEOUT_MS = 10_000;

/** Of an answer without an end, its beginning is taken. */
export function isEndless({ 'content-type': type }: IncomingHttpHeaders): boolean {
  return type?.startsWith('text/event-stream') ?? false;
}

export function sendRequest(
  url: string,
  { method, target, headers, body }: RawRequest,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { hostname, port, method, path: target, agent, timeout: TIMEOUT_MS },
      (incoming) => {
        const chunks: Buffer[] = [];
        const answered = (): void =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(chunks).toString(),
          });
        incoming.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          if (!isEndless(incoming.headers)) return;
          answered();
          incoming.destroy();
        });
        incoming.once('error', reject);
        incoming.once('end', answered);
      },
    );
    for (const [name, value] of headers) outgoing.appendHeader(name, value);
    if (body) outgoing.setHeader('content-length', body.length);
    outgoing.once('timeout', () => outgoing.destroy(new Error('No answer in time.')));
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}
