import { createDatabase, type TestDatabase } from '../support/databases.js';
import { hub, type HubExit, WarmHub } from '../support/hub-command.js';
import { bearer } from '../support/security/guarded-server.js';
import { startServer, type TestServer } from '../support/server.js';
import { until } from '../support/async.js';
import { USERS } from '../support/users-api.js';

const KEY = /^hub_[0-9a-f]{16}_[\w-]{43}$/;
const DAY_MS = 86_400_000;

interface KeyBody {
  readonly id: string;
  readonly name: string;
  readonly rights: readonly string[];
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
  readonly key?: string;
}

describe('hub keys, beside a server,', () => {
  let database: TestDatabase;
  let server: TestServer;
  let keys: WarmHub;

  beforeAll(async () => {
    database = await createDatabase('sqlite');
    server = await startServer(database, { AUTH: 'on' });
    keys = await WarmHub.on(database);
  });

  afterAll(async () => {
    await keys.end();
    await server.close();
    await database.drop();
  });

  const create = (...words: string[]): Promise<HubExit> => keys.run('keys', 'create', ...words);
  const statusWith = async (key: string): Promise<number> =>
    (await server.http.get(USERS, bearer(key))).status;
  const list = async (): Promise<readonly KeyBody[]> =>
    (JSON.parse((await keys.run('keys', 'list', '--json')).stdout) as { items: KeyBody[] }).items;

  it('says how to make the first one', async () => {
    const { code, stdout } = await keys.run('keys', 'list');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'There are no keys.\nTo make one: hub keys create <name> --read user\n',
    });
  });

  it('makes one that opens what it says, at once, and prints it once', async () => {
    const words = ['orders', '--read', 'user,order', '--append', 'order', '--expires', '90d'];
    const { code, stdout, stderr } = await create(...words);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [key, , ...rest] = stdout.split('\n');
    expect(key).toMatch(KEY);
    expect(rest[0]).toMatch(
      /^The key "orders" is good until .+, for: read:user read:order append:order$/,
    );
    expect(rest.join('\n')).toContain('hub keys revoke orders');
    expect(await statusWith(key)).toBe(200);
    const [id, secret] = [key.slice(4, 20), key.slice(21)];
    const [listed] = await list();
    expect(listed).toMatchObject({ id, name: 'orders', revokedAt: null });
    const inDays = (Date.parse(listed.expiresAt ?? '') - Date.now()) / DAY_MS;
    expect(Math.round(inDays)).toBe(90);
    const { stdout: table } = await keys.run('keys', 'list');
    expect(table).toContain('orders');
    expect(table).not.toContain(secret);
    await until(async () => (await list())[0].lastUsedAt !== null, 'its use is noted');
  });

  it('makes one for programs, with all there is', async () => {
    const { stdout } = await create(
      'all',
      '--read',
      '*',
      '--append',
      '*',
      '--operate',
      '--delegate',
      '--json',
    );
    const made = JSON.parse(stdout) as KeyBody;
    expect(made).toMatchObject({
      name: 'all',
      rights: ['read:*', 'append:*', 'operate', 'delegate'],
      expiresAt: null,
    });
    expect(await statusWith(made.key ?? '')).toBe(200);
  });

  it('ends one by its name or its id, and only once', async () => {
    const [first, second] = [
      await create('first', '--read', 'user'),
      await create('second', '--operate'),
    ];
    const [key] = first.stdout.split('\n');
    expect(await statusWith(key)).toBe(200);
    const { code, stdout } = await keys.run('keys', 'revoke', 'first');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'The key "first" is revoked. Within 2 seconds it opens nothing any more.\n',
    });
    await until(async () => (await statusWith(key)) === 401, 'the key is out');
    const [, id] = second.stdout.split('_');
    expect((await keys.run('keys', 'revoke', id)).stdout).toContain('The key "second" is revoked.');
    for (const name of ['first', id, 'nobody']) {
      const again = await keys.run('keys', 'revoke', name);
      expect(again).toMatchObject({ code: 1, stdout: '' });
      expect(again.stderr).toBe(
        `hub: There is no key "${name}" in force. To see which there are: hub keys list\n`,
      );
    }
  });

  it('gives a name to one key in force, and again when that is revoked', async () => {
    const words = ['twin', '--read', 'user'];
    expect((await create(...words)).code).toBe(0);
    const taken = await create(...words);
    expect(taken).toMatchObject({ code: 1, stdout: '' });
    expect(taken.stderr).toContain('There is a key "twin" already.');
    await keys.run('keys', 'revoke', 'twin');
    expect((await create(...words)).code).toBe(0);
  });

  it.each<[string, string[], RegExp]>([['no rights', ['x'], /A key without rights opens nothing/]])(
    'makes none with %s',
    async (_what, words, reason) => {
      const { code, stderr } = await create(...words);
      expect(code).toBe(1);
      expect(stderr).toMatch(reason);
    },
  );
});

describe('hub keys', () => {
  it.each([
    ['a name that is none', ['or ders', '--read', 'user']],
    ['a category that is none', ['orders', '--read', 'User']],
    ['a time that is none', ['orders', '--read', 'user', '--expires', '90']],
  ])('says how to type it, with %s', async (_what, words) => {
    const { code, stdout, stderr } = await hub(['keys', 'create', ...words]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/Type /);
  });
});
