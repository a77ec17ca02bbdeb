import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BuiltServer } from '../support/built-server.js';
import { until } from '../support/async.js';
import {
  createDatabase,
  DATABASE_KINDS,
  openDatabase,
  type TestDatabase,
} from '../support/databases.js';
import { hub, type HubExit, WarmHub } from '../support/hub-command.js';
import { OperationsApi, type ProcessorBody } from '../support/operations-api.js';
import { PoisonedUser } from '../support/poisoned-user.js';
import { someone } from '../support/users-api.js';

const LIST = 'user-list';
const NAMES = ['account-balances', 'open-account-when-user-is-created', LIST];

describe('hub', () => {
  it('helps who types nothing, and says what else it understands to who mistypes', async () => {
    const nothing = await hub([]);
    expect(nothing).toMatchObject({ code: 0, stderr: '' });
    for (const word of ['processors', 'parked', 'DATABASE_URL']) {
      expect(nothing.stdout).toContain(word);
    }
    expect(await hub(['--help'])).toEqual(nothing);

    const unknown = await hub(['procesors', 'list']);
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toContain('(Did you mean processors?)');
    expect(unknown.stderr).toContain('parked');
    const wrong: string[][] = [
      ['processors'],
      ['processors', 'stop', LIST],
      ['processors', 'pause'],
      ['processors', 'list', '--yaml'],
      ['parked', 'show', LIST, 'first'],
      ['parked', 'skip', LIST, '0'],
      ['parked', 'list', '--limit', '1000'],
    ];
    for (const words of wrong) {
      const { code, stdout, stderr } = await hub(words);
      expect({ words, code, stdout }).toEqual({ words, code: 2, stdout: '' });
      expect(stderr).toContain('Usage: hub');
    }
  }, 60_000);

  it('says which settings are wrong, and creates no database', async () => {
    const wrong = await hub(['processors', 'list'], 'mysql://there', { CONTEXTS: 'sales' });
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    expect(wrong.stderr).toMatch(/^hub: 2 problems:\n/);
    expect(wrong.stderr).toContain('CONTEXTS is "sales"');
    const path = join(tmpdir(), `${randomUUID()}.sqlite`);
    const missing = await hub(['processors', 'list'], `sqlite:${path}`);
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toContain(`hub: There is no database ${path}. Set DATABASE_URL`);
    expect(existsSync(path)).toBe(false);
    const gone = await hub(['processors', 'list'], 'postgres://me@127.0.0.1:1/hub');
    expect(gone).toMatchObject({ code: 1, stdout: '' });
    expect(gone.stderr).toContain('cannot be opened (PostgreSQL, me@127.0.0.1:1/hub)');
    expect(gone.stderr).not.toMatch(/\n {4}at /);
  });

  it('answers an unknown name with those there are', async () => {
    const database = await createDatabase('sqlite');
    await (await openDatabase(database)).close();
    const warm = await WarmHub.on(database);
    const mistakes: string[][] = [
      ['processors', 'pause', 'user-lst'],
      ['parked', 'list', '--processor', 'user-lst'],
      ['parked', 'show', 'user-lst', '1'],
      ['parked', 'retry', 'user-lst', 'user-1'],
      ['parked', 'skip', 'user-lst', '1'],
    ];
    for (const words of mistakes) {
      const { code, stdout, stderr } = await warm.run(...words);
      expect({ words, code, stdout }).toEqual({ words, code: 1, stdout: '' });
      expect(stderr).toMatch(/^hub: There is no processor named "user-lst"\. There are: .*\n$/);
      for (const name of NAMES) expect(stderr).toContain(name);
    }
    const cursor = await warm.run('parked', 'list', '--cursor', 'x');
    expect(cursor).toMatchObject({ code: 1, stdout: '' });
    expect(cursor.stderr).toMatch(/^hub: cursor must be/);
    expect(await hub(['parked', 'list'], database)).toEqual({
      code: 0,
      stdout: 'Nothing is parked.\n',
      stderr: '',
    });
    await warm.end();
    await database.drop();
  }, 60_000);
});

describe.each(DATABASE_KINDS)('hub, on %s,', (kind) => {
  let database: TestDatabase;
  let server: BuiltServer;

  let warm: WarmHub;

  const run = (...words: string[]): Promise<HubExit> => warm.run(...words);
  const json = async <T>(...words: string[]): Promise<T> => {
    const { code, stdout, stderr } = await run(...words, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout) as T;
  };
  const processor = async (name: string): Promise<ProcessorBody | undefined> => {
    const { items } = await json<{ items: ProcessorBody[] }>('processors', 'list');
    return items.find((each) => each.name === name);
  };

  beforeAll(async () => {
    database = await createDatabase(kind);
    server = await BuiltServer.start(database);
    warm = await WarmHub.on(database);
  });

  afterAll(async () => {
    await warm.end();
    await server.kill();
    await database.drop();
  });

  it('says how processors are, to people and to programs, as the server runs them', async () => {
    await server.users.create(someone());
    await server.users.list();
    await until(async () => {
      const { body } = await new OperationsApi(server.http).processors();
      return body.items.every(({ lagEvents }) => lagEvents === 0);
    });
    const { code, stdout, stderr } = await hub(['processors', 'list'], database);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [headings, ...rows] = stdout.trimEnd().split('\n');
    expect(headings.split(/ {2,}/)).toEqual([
      ...['processor', 'state', 'position', 'behind by', 'parked', 'run by'],
    ]);
    for (const name of NAMES) {
      const row = rows.find((each) => each.startsWith(`${name} `)) ?? '';
      const cells = row.split(/ {2,}/);
      expect(cells.slice(0, -1)).toEqual([name, 'live', '4', '-', '0']);
      expect(cells.at(-1)).toMatch(/^process \d+ on /);
    }
    expect(await json('processors', 'list')).toEqual(
      (await new OperationsApi(server.http).processors()).body,
    );
  }, 60_000);

  it('has one of the server rest, and go on', async () => {
    const paused = await run('processors', 'pause', LIST);
    expect(paused).toMatchObject({ code: 0, stderr: '' });
    expect(paused.stdout).toBe(
      `${LIST} is paused at position 4, in every process.\nTo have it go on: hub processors resume ${LIST}\n`,
    );
    const { id } = (await server.users.create(someone())).body;
    expect((await server.users.list({ after: 0 })).body.items).toHaveLength(1);
    expect(await processor(LIST)).toMatchObject({ state: 'paused', lagEvents: 4 });
    expect((await run('processors', 'list')).stdout).toContain(`hub processors resume ${LIST}`);
    const resumed = await run('processors', 'resume', LIST);
    expect(resumed).toMatchObject({ code: 0, stderr: '' });
    expect(resumed.stdout).toMatch(/^user-list goes on at position \d/);
    expect((await server.users.list()).body.items.map((user) => user.id)).toContain(id);
  }, 60_000);

  it('lists, shows, retries and skips what is parked', async () => {
    const user = await new PoisonedUser(database).create(3);
    const { position } = await firstOf(user);
    const operations = new OperationsApi(server.http);
    await until(async () => (await operations.processor(LIST)).body.parked === 4);

    const listed = await run('parked', 'list', '--limit', '2');
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    const [, first, second] = listed.stdout.split('\n');
    const [at, name, stream, attempts, failedLast, error] = first.split(/ {2,}/);
    expect([at, name, stream, attempts]).toEqual([String(position), LIST, user.stream, '5']);
    expect(failedLast).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d GMT\+9$/);
    expect(error).toMatch(/unique/i);
    expect(second).toContain('waits behind the one before');
    expect(listed.stdout).toContain(`hub parked retry ${LIST} ${user.stream}`);
    const [, cursor] = /There are more: add --cursor (\S+)/.exec(listed.stdout) ?? [];
    const rest = await json<{ items: object[]; nextCursor: null }>(
      ...['parked', 'list', '--cursor', cursor],
    );
    expect(rest).toMatchObject({ items: [{ position: position + 2 }, {}], nextCursor: null });
    expect(await json('parked', 'list')).toEqual((await operations.parked()).body);

    const shown = await run('parked', 'show', LIST, String(position));
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toContain(`"username": "${user.name}"`);
    expect(shown.stdout).toMatch(/error +.*unique/i);
    expect(await json('parked', 'show', LIST, String(position))).toEqual(
      (await operations.parkedEvent(LIST, position)).body,
    );

    const vain = await run('parked', 'retry', LIST, user.stream);
    expect(vain).toMatchObject({ code: 1, stdout: '' });
    expect(vain.stderr).toMatch(/^hub: 0 events of user-\S+ handled, 4 still parked\. The first/);
    const elsewhere = await run('parked', 'retry', LIST, 'user-nobody');
    expect(elsewhere).toMatchObject({ code: 1, stdout: '' });
    expect(elsewhere.stderr).toContain(`Parked are: ${user.stream}.`);
    const early = await run('parked', 'skip', LIST, String(position + 1));
    expect(early).toMatchObject({ code: 1, stdout: '' });
    expect(early.stderr).toContain(`the first is at position ${position}`);

    const skipped = await run('parked', 'skip', LIST, String(position));
    expect(skipped).toMatchObject({ code: 0, stderr: '' });
    expect(skipped.stdout).toContain(`will never handle the event at position ${position}.`);
    expect(skipped.stdout).toContain('Behind it, parked still: 3 events.');
    await user.fix();
    expect(await run('parked', 'retry', LIST, user.stream)).toEqual({
      code: 0,
      stdout: `3 events of ${user.stream} handled, none is left.\n`,
      stderr: '',
    });
  }, 60_000);

  it('works without a server, and runs nothing', async () => {
    const user = await new PoisonedUser(database).create(1);
    const operations = new OperationsApi(server.http);
    await until(async () => (await operations.processor(LIST)).body.parked === 2);
    await server.stop();
    await new PoisonedUser(database).create(0);

    expect(await processor(LIST)).toMatchObject({ state: 'stopped', lagEvents: 1, owner: null });
    const { stdout } = await hub(['processors', 'list'], database);
    expect(stdout).toContain('goes on when a server is started');
    await user.fix();
    expect((await run('parked', 'retry', LIST, user.stream)).code).toBe(0);
    expect(await json('processors', 'pause', LIST)).toMatchObject({ state: 'paused' });
    server = await BuiltServer.start(database);
    expect(await processor(LIST)).toMatchObject({ state: 'paused', parked: 0 });
    const { items } = (await server.users.list({ after: 0, limit: 200 })).body;
    expect(items.find((each) => each.id === user.id)).toMatchObject({ revision: 2 });
  }, 60_000);

  async function firstOf({ stream }: PoisonedUser): Promise<{ readonly position: number }> {
    const open = await openDatabase(database);
    try {
      for await (const event of open.store.readStream(stream, { limit: 1 })) return event;
      throw new Error(`There is nothing in ${stream}.`);
    } finally {
      await open.close();
    }
  }
});
