import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Rights } from '../../src/common/access/rights.js';
import { ApiKeys } from '../../src/security/keys/api-keys.js';
import { until } from '../support/async.js';
import { createDatabase, type TestDatabase } from '../support/databases.js';
import { describeWith, linesOf, ROOT } from '../support/documents.js';
import { HubApi } from '../support/hub-api.js';
import { startServer, type TestServer } from '../support/server.js';

const DOCUMENT = 'docs/other-languages.md';
const PROGRAM = join(ROOT, 'docs/examples/parcels.py');
const PART = /<!-- part of: (\S+) -->\n+```py\n([\s\S]*?)```/g;

describe(DOCUMENT, () => {
  it('shows parts of a program that is there', () => {
    const parts = [...readFileSync(join(ROOT, DOCUMENT), 'utf8').matchAll(PART)];
    expect(parts).toHaveLength(3);
    for (const [, file, part] of parts) {
      expect(readFileSync(join(ROOT, file), 'utf8')).toContain(part);
    }
  });
});

describeWith('python3')('The service in Python', () => {
  let database: TestDatabase;
  let server: TestServer;
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    database = await createDatabase('sqlite');
    server = await startServer(database, { HUB: 'on', AUTH: 'on' });
    const rights = Rights.in('read:parcel append:parcel');
    const { text } = await server.app.get(ApiKeys).create({ name: 'parcels', rights });
    environment = { ...process.env, HUB_URL: new URL(server.http.url).origin, HUB_KEY: text };
  });

  afterAll(async () => {
    await server.close();
    await database.drop();
  });

  const parcels = (...words: readonly string[]) =>
    promisify(execFile)('python3', [PROGRAM, ...words], { env: environment });

  it('does what is said of it', async () => {
    const lines = linesOf(DOCUMENT, 'parcels').split('\n');
    const toRun = lines.filter((line) => !line.includes(' follow')).join('\n');
    const { stdout } = await promisify(execFile)('sh', ['-ec', toRun], {
      cwd: ROOT,
      env: environment,
    });
    const said = lines.flatMap((line) => /# (Parcel .*)$/.exec(line)?.slice(1) ?? []);
    expect(said).toHaveLength(2);
    expect(stdout.trim().split('\n')).toEqual(said);
  });

  it('keeps the rules of parcels, whoever is quicker', async () => {
    await parcels('send', '8', 'Bergen');
    const both = await Promise.allSettled([parcels('deliver', '8'), parcels('deliver', '8')]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const loser = both.find((outcome) => outcome.status === 'rejected');
    expect(loser?.reason).toHaveProperty(
      'stderr',
      expect.stringMatching(/^(concurrency-conflict: .*|Parcel 8 is delivered\.)\n$/),
    );
    await expect(parcels('deliver', '9')).rejects.toThrow('Parcel 9 is unknown.');
  });

  it('follows what is stored, once, though its connection is cut', async () => {
    const follower = spawn('python3', [PROGRAM, 'follow'], { env: environment });
    let printed = '';
    follower.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const authorization = `Bearer ${environment.HUB_KEY}`;
    const logged = async (): Promise<string> => {
      const { items } = (await new HubApi(server.http).log({}, { authorization })).body;
      return items.map(({ position, stream, type }) => `${position} ${stream} ${type}\n`).join('');
    };
    await until(async () => printed !== '' && printed === (await logged()));
    server.app.getHttpServer().closeAllConnections();
    await parcels('send', '10', 'Narvik');
    await until(async () => printed === (await logged()), 'it goes on where it was');
    follower.kill();
  });
});
