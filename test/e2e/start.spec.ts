import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningServer, spawnServer, startServer } from './support/server-process.js';

let directory: string;
let databaseUrl: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hindsight-start-'));
  databaseUrl = `sqlite:${join(directory, 'new', 'hub.sqlite')}`;
});

afterAll(() => rm(directory, { recursive: true, force: true }));

/** What a server that cannot start prints, which must be the reason and nothing else. */
async function failureWith(settings: Record<string, string>): Promise<string> {
  const { code, output } = await spawnServer({ DATABASE_URL: databaseUrl, ...settings }).exited;
  expect(code).toBe(1);
  expect(output).toMatch(/^Hindsight cannot start: /);
  expect(output).not.toMatch(/\n\s+at /);
  expect(output).not.toContain('s3cret');
  return output;
}

describe('A server that cannot start says why', () => {
  it('when settings are wrong: all of them', async () => {
    const output = await failureWith({ PORT: 'abc', LOG_LEVEL: 'loud', DATABASE_URL: 'mysql:x' });
    expect(output).toMatch(/3 problems:/);
    expect(output).toMatch(
      /PORT is "abc": type .*\n.*DATABASE_URL .*\n.*LOG_LEVEL is "loud": type /,
    );
  });

  it('when the port is in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const output = await failureWith({ PORT: String(port) });
    expect(output).toContain(`port ${port} of 127.0.0.1 is in use`);
    expect(output.trim()).not.toContain('\n');
    other.close();
  });

  it('when HOST is another machine', async () => {
    expect(await failureWith({ HOST: '192.0.2.1', AUTH: 'on' })).toContain('HOST=127.0.0.1');
  });

  it('when nobody answers at the database', async () => {
    const output = await failureWith({ DATABASE_URL: 'postgres://app:s3cret@127.0.0.1:1/hub' });
    expect(output).toContain('PostgreSQL, app@127.0.0.1:1/hub');
    expect(output).toContain('ECONNREFUSED');
  });

  it('when PostgreSQL has no such database, or does not let the user in', async () => {
    const { host } = new URL(String(process.env.TEST_POSTGRES_URL));
    const missing = `postgres://postgres:postgres@${host}/missing`;
    expect(await failureWith({ DATABASE_URL: missing })).toContain('"missing" does not exist');
    const denied = `postgres://postgres:s3cret@${host}/postgres`;
    expect(await failureWith({ DATABASE_URL: denied })).toContain('password authentication failed');
  });

  it('when the SQLite file is something else', async () => {
    const file = join(directory, 'letter.txt');
    await writeFile(file, 'Dear reader, '.repeat(500));
    const output = await failureWith({ DATABASE_URL: `sqlite:${file}` });
    expect(output).toContain('file is not a database');
  });
});

describe('A server that starts', () => {
  let server: RunningServer;

  afterEach(async () => {
    server.process.kill();
    await server.exited;
  });

  it('serves a page with its API that needs nothing from elsewhere', async () => {
    server = await startServer({ DATABASE_URL: databaseUrl });
    const page = await fetch(`${server.url}/docs`);
    const html = await page.text();
    const sources = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source);
    expect(sources.length).toBeGreaterThan(2);
    for (const source of sources) {
      const asset = await fetch(new URL(source, `${server.url}/docs`));
      expect([source, asset.status]).toEqual([source, 200]);
      expect(asset.headers.get('content-security-policy')).toContain("default-src 'self'");
    }
    expect(html).not.toMatch(/<script>/);
  });

  it('answers for a file that the page does not have, and lets nobody out of its directory', async () => {
    server = await startServer({ DATABASE_URL: databaseUrl });
    for (const path of ['nothing.css', '..%2fpackage.json', '%2e%2e/package.json']) {
      const response = await fetch(`${server.url}/docs/${path}`);
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    }
  });

  it('documents the response of every operation, as its code declares it', async () => {
    server = await startServer({ DATABASE_URL: databaseUrl });
    const response = await fetch(`${server.url}/docs/openapi.json`);
    const { paths } = (await response.json()) as {
      paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
    };
    for (const operation of Object.values(paths).flatMap((path) => Object.values(path))) {
      expect(Object.keys(operation.responses).join()).toMatch(/\b2\d\d\b/);
    }
  });

  it('tells where it listens in one line of JSON, when its log is JSON', async () => {
    const settings = { DATABASE_URL: databaseUrl, PORT: '0', LOG_FORMAT: 'json' };
    const spawned = spawnServer(settings);
    await new Promise<void>((resolve) =>
      spawned.process.stdout?.on('data', () => spawned.output().includes('Listening') && resolve()),
    );
    spawned.process.kill();
    const { output, code } = await spawned.exited;
    const lines = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.find(({ message }) => message === 'Listening')).toMatchObject({
      params: { database: expect.stringMatching(/^SQLite, /) as string },
    });
    expect(code).toBe(0);
    server = await startServer({ DATABASE_URL: databaseUrl });
  });
});
