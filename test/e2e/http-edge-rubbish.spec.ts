import { setImmediate as nextTurn } from 'node:timers/promises';
import { type EdgeApp, startEdgeApp } from './support/edge-app.js';
import {
  openSocket,
  parseResponse,
  type RawResponse,
  readToEnd,
  sendRaw,
} from './support/raw-http.js';

const ECHO = 'POST /api/v1/edge/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
const VALID_BODY = '{"name":"Ada","email":"ada@example.org"}';

let edge: EdgeApp;

beforeAll(async () => {
  edge = await startEdgeApp({ requestTimeoutMs: 400 });
});

afterAll(() => edge.close());

function expectProblem(response: RawResponse, status: number, code: string): void {
  expect(response.status).toBe(status);
  expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(response.body).not.toMatch(/ at .*:\d+:\d+|HPE_|node:/);
  expect(JSON.parse(response.body)).toMatchObject({
    type: `/problems/${code}`,
    status,
    code,
    correlationId: response.headers['x-correlation-id'],
  });
}

describe('Bytes that are no request', () => {
  it.each([
    ['rubbish', 'rubbish\r\n\r\n'],
    ['a TLS greeting', Buffer.from('16030100a5010000a1', 'hex')],
    ['an unknown method', 'FROBNICATE / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['an unknown protocol version', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n'],
    ['a header without a colon', 'GET / HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n'],
    ['two lengths', `${ECHO}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`],
    ['a negative length', `${ECHO}Content-Length: -1\r\n\r\n`],
    [
      'a length and chunks',
      `${ECHO}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['a chunk without a size', `${ECHO}Transfer-Encoding: chunked\r\n\r\nzz\r\n`],
  ])('such as %s are answered with 400 malformed-request', async (_what, bytes) => {
    expectProblem(await sendRaw(edge.port, bytes), 400, 'malformed-request');
  });

  it('that are too many headers are answered with 431 headers-too-large', async () => {
    const bytes = `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`;
    expectProblem(await sendRaw(edge.port, bytes), 431, 'headers-too-large');
  });
});

describe('A body that does not keep what its headers promise', () => {
  it('is refused before it is sent, when it would be too large', async () => {
    const bytes = `${ECHO}Connection: close\r\nContent-Length: 99999999\r\n\r\n`;
    expectProblem(await sendRaw(edge.port, bytes), 413, 'body-too-large');
  });

  it('is refused as soon as it is too large, when it comes in chunks', async () => {
    const chunk = `2000\r\n${'x'.repeat(0x2000)}\r\n`;
    const bytes = `${ECHO}Transfer-Encoding: chunked\r\n\r\n${chunk}${chunk}`;
    expectProblem(await sendRaw(edge.port, bytes), 413, 'body-too-large');
  });

  it('is waited for no longer than a request may take', async () => {
    const bytes = `${ECHO}Content-Length: 100\r\n\r\n{"name":`;
    expectProblem(await sendRaw(edge.port, bytes), 408, 'request-timeout');
  });

  it('is waited for no longer when its headers do not end', async () => {
    expectProblem(
      await sendRaw(edge.port, 'GET / HTTP/1.1\r\nHost: x\r\n'),
      408,
      'request-timeout',
    );
  });

  it('is given up when its sender is gone, and nothing is logged as a failure', async () => {
    const before = edge.problemsLogged.length;
    const socket = await openSocket(edge.port);
    socket.write(`${ECHO}Content-Length: 100\r\n\r\n{"name":`);
    await nextTurn();
    socket.destroy();
    expect((await fetch(`${edge.url}/api/v1/edge/context`)).status).toBe(200);
    expect(edge.problemsLogged).toHaveLength(before);
  });

  it('is put together when it comes byte by byte', async () => {
    const socket = await openSocket(edge.port);
    const answer = readToEnd(socket);
    socket.setNoDelay(true);
    socket.write(`${ECHO}Connection: close\r\nContent-Length: ${VALID_BODY.length}\r\n\r\n`);
    for (const byte of VALID_BODY) {
      socket.write(byte);
      await nextTurn();
    }
    expect(parseResponse(await answer).status).toBe(201);
  });
});

describe('A header that is sent twice', () => {
  it('does not confuse the correlation id', async () => {
    const bytes =
      'GET /api/v1/edge/context HTTP/1.1\r\nHost: x\r\nConnection: close\r\n' +
      'X-Correlation-Id: one\r\nX-Correlation-Id: two\r\n\r\n';
    const response = await sendRaw(edge.port, bytes);
    expect(response.status).toBe(200);
    expect(JSON.parse(response.body)).toEqual({
      correlationId: response.headers['x-correlation-id'],
    });
  });
});

describe('Two requests on one connection', () => {
  it('are each run in a context of their own', async () => {
    const request = (id: string, connection: string) =>
      `GET /api/v1/edge/context HTTP/1.1\r\nHost: x\r\nConnection: ${connection}\r\nX-Correlation-Id: ${id}\r\n\r\n`;
    const socket = await openSocket(edge.port);
    const answers = readToEnd(socket);
    socket.write(request('first', 'keep-alive') + request('second', 'close'));
    const ids = [...(await answers).matchAll(/\{"correlationId":"(\w+)"\}/g)].map(([, id]) => id);
    expect(ids).toEqual(['first', 'second']);
  });
});
