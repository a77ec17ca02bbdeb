import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createDatabase, type TestDatabase } from '../support/databases.js';
import { openSocket, parseResponse, readToEnd } from './support/raw-http.js';
import { type RunningServer, startServer } from './support/server-process.js';

let database: TestDatabase;
let server: RunningServer;

beforeEach(async () => {
  database = await createDatabase('sqlite');
  server = await startServer({ DATABASE_URL: database.url });
});

afterEach(async () => {
  server.process.kill('SIGKILL');
  await server.exited;
  await database.drop();
});

const newUser = () => {
  const username = `u${randomUUID().replaceAll('-', '').slice(0, 20)}`;
  return JSON.stringify({ username, email: `${username}@example.org` });
};

/** A request of which the server has the head and waits for the body. */
async function beginRequest(): Promise<{ readonly socket: Socket; readonly rest: string }> {
  const body = newUser();
  const socket = await openSocket(server.port);
  socket.write(
    'POST /api/v1/users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n' +
      `Content-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n${body.slice(0, 5)}`,
  );
  const [continued] = (await once(socket, 'data')) as [Buffer];
  expect(continued.toString()).toMatch(/^HTTP\/1.1 100 /);
  return { socket, rest: body.slice(5) };
}

async function untilConnectionsAreRefused(): Promise<void> {
  for (;;) {
    try {
      (await openSocket(server.port)).destroy();
      await new Promise(setImmediate);
    } catch {
      return;
    }
  }
}

describe.each(['SIGTERM', 'SIGINT'] as const)('On %s the server', (signal) => {
  it('exits with 0', async () => {
    server.process.kill(signal);
    expect(await server.exited).toMatchObject({ code: 0, signal: null });
  });

  it('stops accepting, finishes what it has begun, and waits for no idle connection', async () => {
    const idle = await openSocket(server.port);
    idle.write('GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n');
    await once(idle, 'data');
    const requests = await Promise.all([beginRequest(), beginRequest(), beginRequest()]);

    server.process.kill(signal);
    await untilConnectionsAreRefused();
    const answers = requests.map(({ socket }) => readToEnd(socket));
    for (const { socket, rest } of requests) socket.write(rest);

    for (const answer of (await Promise.all(answers)).map(parseResponse)) {
      expect(answer.status).toBe(201);
      expect(answer.headers.connection).toBe('close');
    }
    expect(await server.exited).toMatchObject({ code: 0, signal: null });
  });
});

describe('A user that was created while the server shut down', () => {
  it('is there when the server is back', async () => {
    const creations = Array.from({ length: 50 }, () =>
      fetch(`${server.url}/api/v1/users`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: newUser(),
      }).then(
        async (response) => ({
          status: response.status,
          user: (await response.json()) as { id: string },
        }),
        () => undefined,
      ),
    );
    await creations[0];
    server.process.kill('SIGTERM');
    const answers = (await Promise.all(creations)).filter((answer) => answer !== undefined);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(await server.exited).toMatchObject({ code: 0 });

    server = await startServer({ DATABASE_URL: database.url });
    const found = answers.map(({ user }) => fetch(`${server.url}/api/v1/users/${user.id}`));
    for (const response of await Promise.all(found)) expect(response.status).toBe(200);
  });
});
