import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createDatabase, type TestDatabase } from '../support/databases.js';
import { describeWith, linesOf, ROOT } from '../support/documents.js';
import { GroupApi, type GroupStatusBody } from '../support/groups-api.js';
import { HubApi } from '../support/hub-api.js';
import { startServer, type TestServer } from '../support/server.js';

const DOCUMENT = 'docs/consumer-groups.md';

describeWith('python3')('The lines in docs/consumer-groups.md', () => {
  let database: TestDatabase;
  let server: TestServer;

  beforeAll(async () => {
    database = await createDatabase('sqlite');
    server = await startServer(database, { HUB: 'on' });
  });

  afterAll(async () => {
    await server.close();
    await database.drop();
  });

  const run = async (lines: string): Promise<string> => {
    const { origin } = new URL(server.http.url);
    const script = lines
      .replaceAll('http://127.0.0.1:3000', origin)
      .replaceAll('curl -i', String.raw`curl -sS -i -w '\n'`);
    const { stdout } = await promisify(execFile)('sh', ['-ec', script], {
      cwd: ROOT,
      env: { ...process.env, HUB_URL: origin },
    });
    return stdout;
  };

  it('do what is said of them', async () => {
    const stdout = await run(linesOf(DOCUMENT, 'groups'));
    const statuses = [...stdout.matchAll(/^HTTP\/1.1 (\d+)/gm)].map(([, status]) => status);
    expect(statuses).toEqual(['201', '201', '200', '200']);
    expect(stdout).toMatch(/^parcel-7: parcel\.sent, to Oslo$/m);
    expect(await statusOfGroup()).toMatchObject({
      position: 1,
      inFlight: 0,
      parked: 0,
      members: [],
    });
  });

  it('have a worker that says what it cannot handle, and goes on with the rest', async () => {
    const hub = new HubApi(server.http);
    const sent = (data: unknown) => ({ id: crypto.randomUUID(), type: 'parcel.sent', data });
    await hub.append('parcel-8', [sent({}), sent({ to: 'Oslo' })]);
    await hub.append('parcel-9', [sent({ to: 'Bergen' })]);
    const stdout = await run('python3 docs/examples/mail_worker.py --until-idle');
    expect(stdout).toBe('parcel-9: parcel.sent, to Bergen\n');
    expect(await statusOfGroup()).toMatchObject({
      position: 1,
      inFlight: 0,
      parked: 0,
      members: [],
    });
  });

  const statusOfGroup = async (): Promise<GroupStatusBody> =>
    (await new GroupApi(server.http).status()).body;
});
