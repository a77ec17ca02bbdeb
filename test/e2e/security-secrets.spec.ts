import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { BuiltServer } from '../support/built-server.js';
import { createDatabase, type TestDatabase } from '../support/databases.js';
import { foreign, pathOfStream } from '../support/hub-api.js';
import { hub } from '../support/hub-command.js';
import { bearer } from '../support/security/guarded-server.js';
import { Issuer } from '../support/security/issuer.js';
import { USERS } from '../support/users-api.js';

const DATABASE_PASSWORD = 'swordfish-of-the-database';
const ROLE = `hub_${randomUUID().slice(0, 8)}`;

/** One server that says everything it can say, to whoever comes with a secret. */
describe('What a server writes at LOG_LEVEL=verbose', () => {
  let database: TestDatabase;
  let issuer: Issuer;

  beforeAll(async () => {
    database = await createDatabase('postgres');
    const name = new URL(database.url).pathname.slice(1);
    await administer(`CREATE ROLE ${ROLE} LOGIN PASSWORD '${DATABASE_PASSWORD}'`);
    await administer(`ALTER DATABASE ${name} OWNER TO ${ROLE}`);
    issuer = await Issuer.start();
  });

  afterAll(async () => {
    await issuer.stop();
    await administer(`DROP ROLE ${ROLE}`);
  });

  it('holds no key, token, header or password', async () => {
    const url = new URL(database.url);
    url.username = ROLE;
    url.password = DATABASE_PASSWORD;
    const server = await BuiltServer.start(
      { ...database, url: url.href },
      { AUTH: 'on', HUB: 'on', LOG_LEVEL: 'verbose', ...issuer.settings },
    );
    const made = await hub(['keys', 'create', 'writer', '--read', '*', '--append', '*'], url.href);
    const [key] = made.stdout.split('\n');
    const token = await issuer.token('read:*');
    for (const text of [key, token]) {
      expect((await server.http.get(USERS, bearer(text))).status).toBe(200);
    }
    const forged = await issuer.forgedToken('read:*');
    const wrong = `hub_${'0'.repeat(16)}_${'wrong'.padEnd(43, 'x')}`;
    const password = btoa('admin:correct-horse-battery');
    for (const headers of [
      ...[key, token, forged, wrong, 'rubbish-that-is-no-token'].map(bearer),
      { authorization: `Basic ${password}` },
      { 'x-api-key': key },
      { 'x-api-key': wrong },
      { ...bearer(key), 'x-api-key': key },
    ]) {
      for (const path of [USERS, '/api/v1/events', '/metrics', '/nowhere', '/%zz']) {
        await server.http.get(path, headers);
        await server.http.post(path, { password: 'body-secret' }, headers);
      }
      await server.http.post(pathOfStream('parcel-1'), { events: [foreign()] }, headers);
    }
    issuer.isAway = true;
    const unknown = await issuer.tokenOfUnknownKey('read:*');
    await server.http.get(USERS, bearer(unknown));
    await database.drop();
    const failing = await server.http.get(USERS, bearer(key));
    expect(failing.status).toBe(503);
    await server.stop();

    expect(server.output).toContain('Hindsight 0.1.0 is listening');
    expect(server.output).toContain('WARN');
    const secrets = [
      ...[key, key.slice(21), wrong, 'wrong'.padEnd(43, 'x'), DATABASE_PASSWORD, password],
      ...[token, forged, unknown].flatMap((each) => [each, each.split('.')[2]]),
      ...['rubbish-that-is-no-token', 'correct-horse', 'body-secret'],
    ];
    for (const secret of secrets) expect(server.output).not.toContain(secret);
    expect(server.output).not.toMatch(/authorization|bearer|x-api-key/i);
  });

  it('holds no password when the database cannot be opened', async () => {
    const url = `postgres://hub:${DATABASE_PASSWORD}@127.0.0.1:1/hub`;
    const { code, stderr, stdout } = await hub(['processors', 'list'], url);
    expect(code).toBe(1);
    expect(stderr).toContain('hub@127.0.0.1:1');
    expect(stdout + stderr).not.toContain(DATABASE_PASSWORD);
  });
});

async function administer(statement: string): Promise<void> {
  const client = new Client({ connectionString: `${process.env.TEST_POSTGRES_URL}/postgres` });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
