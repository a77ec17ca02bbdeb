import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createDatabase, type TestDatabase } from '../support/databases.js';
import { describeWith, linesOf } from '../support/documents.js';
import { HubApi } from '../support/hub-api.js';
import { startServer, type TestServer } from '../support/server.js';

describeWith('curl')('The lines of the documents for other languages', () => {
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

  /** What curl says, and the status of each answer. */
  const run = async (document: string, name: string) => {
    const lines = linesOf(document, name)
      .replaceAll('http://127.0.0.1:3000/', server.http.url.replace(/\/?$/, '/'))
      .replaceAll('curl -i', String.raw`curl -sS -i -w '\n'`);
    const { stdout } = await promisify(execFile)('sh', ['-ec', lines]);
    const statuses = [...stdout.matchAll(/^HTTP\/1.1 (\d+)/gm)].map(([, status]) => status);
    return { statuses, stdout };
  };

  it('do what is said of them', async () => {
    const { statuses, stdout } = await run('README.md', 'the hub');
    expect(statuses).toEqual(['201', '201', '200', '200', '200']);
    expect(stdout).toMatch(/^hub-next-after: 3\r$/m);
    const hub = new HubApi(server.http);
    const { items } = (await hub.log()).body;
    expect(items.map(({ type }) => type)).toEqual(['parcel.sent', 'parcel.lost', 'claim.made']);
    const { effects } = (await hub.event(items[0].id)).body;
    expect(effects.map(({ type }) => type)).toEqual(['parcel.lost']);
  });

  it('do what is said of CloudEvents', async () => {
    const { statuses, stdout } = await run('docs/cloud-events.md', 'cloud events');
    expect(statuses).toEqual(['201', '201', '201', '200', '200']);
    expect(stdout.match(/"subject":"letter-7"/g)).toHaveLength(4);
  });

  it('do what is said of schemas', async () => {
    const { statuses, stdout } = await run('docs/schemas.md', 'schemas');
    expect(statuses).toEqual(['201', '422', '409', '201', '200', '200', '200', '200']);
    const codes = [...stdout.matchAll(/"code":"([a-z-]+)"/g)].map(([, code]) => code);
    expect(codes).toEqual(['schema-violation', 'incompatible-schema']);
  });
});
