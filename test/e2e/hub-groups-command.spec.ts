import { createDatabase, type TestDatabase } from '../support/databases.js';
import { GroupApi } from '../support/groups-api.js';
import { foreign, HubApi } from '../support/hub-api.js';
import { hub, WarmHub } from '../support/hub-command.js';
import { startServer, type TestServer } from '../support/server.js';

const SETTINGS = { HUB: 'on', CONTEXTS: 'none' };

describe('hub groups', () => {
  let database: TestDatabase;
  let server: TestServer;
  let group: GroupApi;
  let warm: WarmHub;

  beforeAll(async () => {
    database = await createDatabase('sqlite');
    server = await startServer(database, SETTINGS);
    group = new GroupApi(server.http);
    await group.create({ categories: ['parcel'] });
    await new HubApi(server.http).append('parcel-1', [foreign(), foreign()]);
    const member = await group.joined();
    await member.take();
    warm = await WarmHub.on(database, SETTINGS);
    await member.nack([1], { park: true, reason: 'No such town.' });
  });

  afterAll(async () => {
    await warm.end();
    await server.close();
    await database.drop();
  });

  const run = (...words: readonly string[]) => warm.run('groups', ...words);

  it('lists them, and what one has parked, with what to do', async () => {
    const groups = await run('list');
    expect([groups.code, groups.stderr]).toEqual([0, '']);
    expect(groups.stdout).toMatch(/mail +2 +0 +0 +2 +1/);
    expect(groups.stdout).toContain('hub groups parked mail');
    const parked = await run('parked', 'mail');
    expect(parked.stdout).toMatch(/1 +parcel-1 +1 .* No such town\./);
    expect(parked.stdout).toMatch(/2 +parcel-1 +0 +- +waits behind the one before/);
    expect(parked.stdout).toContain('hub groups retry mail parcel-1');
  });

  it('gives up the first of a stream and no other, and has the rest handed out again', async () => {
    const second = await run('skip', 'mail', '2');
    expect([second.code, second.stderr]).toEqual([1, expect.stringContaining('position 1')]);
    expect((await run('skip', 'mail', '1')).code).toBe(0);
    const retried = await run('retry', 'mail', 'parcel-1', '--json');
    expect(JSON.parse(retried.stdout)).toEqual({ retried: 1 });
    const member = await group.joined();
    expect((await group.status()).body).toMatchObject({ parked: 0, position: 1 });
    await member.leave();
  });

  it('says what to type where there is none, and where there can be none', async () => {
    const unknown = await run('parked', 'post');
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('"post"')]);
    const without = await hub(['groups', 'list'], database, { CONTEXTS: 'none' });
    expect([without.code, without.stderr]).toEqual([1, expect.stringContaining('Set HUB=on')]);
  });
});
