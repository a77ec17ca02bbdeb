import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createDatabase, type TestDatabase } from '../support/databases.js';
import { HubApi } from '../support/hub-api.js';
import { startServer, type TestServer } from '../support/server.js';

const BLOCK = /<!-- run: the hub -->\n+```sh\n([\s\S]*?)```/;
const README = join(import.meta.dirname, '../../README.md');

const isCurlMissing = spawnSync('curl', ['--version']).error !== undefined;
const isSkipped = isCurlMissing && process.env.CI !== 'true';
if (isSkipped)
  process.stdout.write('The lines in the README are not run: there is no curl here.\n');

(isSkipped ? describe.skip : describe)('The lines in the README for other languages', () => {
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

  it('do what is said of them', async () => {
    const [, script = ''] = BLOCK.exec(readFileSync(README, 'utf8')) ?? [];
    const lines = script
      .replaceAll('http://127.0.0.1:3000/', server.http.url.replace(/\/?$/, '/'))
      .replaceAll('curl -i', String.raw`curl -sS -i -w '\n'`);
    const { stdout } = await promisify(execFile)('sh', ['-ec', lines]);
    const statuses = [...stdout.matchAll(/^HTTP\/1.1 (\d+)/gm)].map(([, status]) => status);
    expect(statuses).toEqual(['201', '201', '200', '200', '200']);
    expect(stdout).toMatch(/^hub-next-after: 3\r$/m);
    const hub = new HubApi(server.http);
    const { items } = (await hub.log()).body;
    expect(items.map(({ type }) => type)).toEqual(['parcel.sent', 'parcel.lost', 'claim.made']);
    const { effects } = (await hub.event(items[0].id)).body;
    expect(effects.map(({ type }) => type)).toEqual(['parcel.lost']);
  });
});
