import { until } from '../support/async.js';
import { BuiltServer } from '../support/built-server.js';
import {
  createDatabase,
  DATABASE_KINDS,
  openDatabase,
  type TestDatabase,
} from '../support/databases.js';
import { hub, type HubExit, WarmHub } from '../support/hub-command.js';
import { OperationsApi } from '../support/operations-api.js';
import { PoisonedUser } from '../support/poisoned-user.js';
import { someone } from '../support/users-api.js';

const LIST = 'user-list';

describe.each(DATABASE_KINDS)('hub projections, on %s,', (kind) => {
  let database: TestDatabase;
  let server: BuiltServer;

  let warm: WarmHub;

  const run = (...words: string[]): Promise<HubExit> => warm.run('projections', ...words);

  beforeAll(async () => {
    database = await createDatabase(kind);
    server = await BuiltServer.start(database);
    warm = await WarmHub.on(database);
    for (let nr = 1; nr <= 3; nr += 1) await server.users.create(someone());
    await server.users.list();
  });

  afterAll(async () => {
    await warm.end();
    await server.kill();
    await database.drop();
  });

  it('finds what is not as the log says, builds it anew in the server, and finds it so', async () => {
    const verified = await hub(['projections', 'verify', LIST], database);
    expect(verified).toMatchObject({ code: 0, stderr: '' });
    await sql(`UPDATE user_list SET username = 'nobody' WHERE created_position = 1`);
    const drifted = await run('verify', LIST);
    expect(drifted.code).toBe(1);
    expect(drifted.stdout).toMatch(/^table +rows +missing +unexpected +different$/m);
    expect(drifted.stdout).toMatch(/^user_list +3 +0 +0 +1$/m);
    expect(drifted.stdout).toContain('"username":"nobody"');
    expect(drifted.stderr).toBe(
      `hub: ${LIST} is not what the log says.\nTo build it anew: hub projections rebuild ${LIST}\n`,
    );
    const json = await run('verify', LIST, '--json');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      isEqual: false,
      tables: [{ table: 'user_list', rows: 3, different: 1 }],
    });

    const rebuilt = await run('rebuild', LIST);
    expect(rebuilt).toMatchObject({ code: 0, stderr: '' });
    expect(rebuilt.stdout).toMatch(/^100 %, \d+ of \d+ events/m);
    expect(rebuilt.stdout).toMatch(/^user-list is rebuilt, and serves in version 1\.$/m);
    expect(rebuilt.stdout).not.toContain('this process does the work');
    expect((await run('verify', LIST)).stdout).toMatch(/row by row\.\n$/);

    const { code, stdout } = await run('status', LIST);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^user-list +rebuild +1 +switched +100 % +- +\S+ \S+ GMT\+9 +\S+ \S+/m);
    expect(stdout).toMatch(/^user-list +verification +1 +equal +100 %/m);
    const all = JSON.parse((await run('status', '--json')).stdout) as { items: { name: string }[] };
    expect(all.items.map(({ name }) => name)).toEqual(
      expect.arrayContaining([LIST, 'account-balances']),
    );
    expect(all).toEqual((await server.http.get('/api/v1/projections')).body);
  }, 120_000);

  it('answers who asks for what there is not', async () => {
    for (const words of [['rebuild'], ['verify'], ['cancel'], ['status']]) {
      const { code, stdout, stderr } = await run(...words, 'user-lst');
      expect({ words, code, stdout }).toEqual({ words, code: 1, stdout: '' });
      expect(stderr).toMatch(
        /^hub: There is no projection named "user-lst"; there are .*"user-list"/,
      );
    }
    expect(await run('cancel', LIST)).toEqual({
      code: 1,
      stdout: '',
      stderr: `hub: No rebuild of ${LIST} is under way.\n`,
    });
  }, 60_000);

  it('does the work itself where there is no server; Ctrl-C leaves a rebuild to be gone on with, or to be cancelled', async () => {
    // Its tries take a rebuild some time, too.
    await new PoisonedUser(database).createNameless();
    const operations = new OperationsApi(server.http);
    await until(async () => (await operations.processor(LIST)).body.parked === 1);
    await server.stop();
    const words = ['projections', 'rebuild', LIST];
    const left = await hub(words, database, {}, 'this process does the work');
    expect(left).toMatchObject({ code: 0 });
    expect(left.stdout).toContain(`goes on when a server is started`);
    expect(left.stdout).toContain(`hub projections cancel ${LIST}`);
    expect((await run('status', LIST)).stdout).toMatch(/^user-list +rebuild +1 +building/m);
    const cancelled = await run('cancel', LIST);
    expect(cancelled).toMatchObject({ code: 0 });
    expect((await run('status', LIST)).stdout).toMatch(/^user-list +rebuild +1 +cancelled/m);

    await sql(`DELETE FROM user_list WHERE created_position = 1`);
    const asked = await run('rebuild', LIST, '--no-wait');
    expect(asked).toMatchObject({ code: 0 });
    expect(asked.stdout).toContain('goes on when a server is started');
    expect(await hub(words, database)).toMatchObject({ code: 0 });
    expect(await run('verify', LIST)).toMatchObject({ code: 0 });

    server = await BuiltServer.start(database);
    expect((await server.users.list()).body.items).toHaveLength(3);
  }, 120_000);

  async function sql(statement: string): Promise<void> {
    const open = await openDatabase(database);
    await open.transactions.run((manager) => manager.query(statement));
    await open.close();
  }
});
