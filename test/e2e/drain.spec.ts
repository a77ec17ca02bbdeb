import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type EdgeApp, EdgeStream, startEdgeApp } from './support/edge-app.js';
import { openSocket, readToEnd } from './support/raw-http.js';

const GET_STREAM = 'GET /api/v1/edge/stream HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n';
const UNFINISHED =
  'POST /api/v1/edge/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n' +
  'Content-Length: 100\r\nExpect: 100-continue\r\n\r\n{';

/** Sends, and waits until the server has begun to answer. */
async function begin(edge: EdgeApp, request: string): Promise<Socket> {
  const socket = await openSocket(edge.port);
  socket.write(request);
  await once(socket, 'data');
  return socket;
}

async function untilNotListening(edge: EdgeApp): Promise<void> {
  while (edge.app.getHttpServer().listening) await new Promise(setImmediate);
}

describe('A server that closes', () => {
  it('finishes a response that is being sent, and then waits for nothing', async () => {
    const edge = await startEdgeApp({ drainTimeoutMs: 60_000 });
    const stream = edge.app.get(EdgeStream);
    stream.write('first ');
    const socket = await begin(edge, GET_STREAM);
    const rest = readToEnd(socket);

    const closed = edge.close();
    await untilNotListening(edge);
    stream.end('last');
    await closed;
    expect(await rest).toContain('last');
  });

  it('gives up a request that is never completed', async () => {
    const edge = await startEdgeApp({ drainTimeoutMs: 100 });
    const socket = await begin(edge, UNFINISHED);
    const rest = readToEnd(socket);
    await edge.close();
    expect(await rest).toBe('');
  });
});
