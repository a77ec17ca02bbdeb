import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isRight } from '../../src/common/access/rights.js';
import { createDatabase, type TestDatabase } from '../support/databases.js';
import { describeWith, linesOf, ROOT } from '../support/documents.js';
import { startServer, type TestServer } from '../support/server.js';

const DOCUMENT = 'docs/security.md';

describeWith('curl')('The lines in docs/security.md', () => {
  let database: TestDatabase;
  let server: TestServer;

  beforeAll(async () => {
    database = await createDatabase('sqlite');
    server = await startServer(database, { AUTH: 'on', HUB: 'on' });
  });

  afterAll(async () => {
    await server.close();
    await database.drop();
  });

  it('do what is said of them', async () => {
    const lines = linesOf(DOCUMENT, 'keys')
      .replaceAll('http://127.0.0.1:3000/', server.http.url.replace(/\/?$/, '/'))
      .replaceAll('curl -i', String.raw`curl -sS -i -w '\n'`)
      .replaceAll('npm run --silent hub --', `"${process.execPath}" dist/cli/main.js`);
    const { stdout } = await promisify(execFile)('sh', ['-ec', lines], {
      cwd: ROOT,
      env: { ...process.env, DATABASE_URL: database.url },
    });
    const statuses = [...stdout.matchAll(/^HTTP\/1.1 (\d+)/gm)].map(([, status]) => status);
    expect(statuses).toEqual(['401', '201', '200', '403']);
    expect(stdout).toContain('"actor":"key:parcels"');
    expect(stdout).toContain('"right":"read:account"');
    expect(stdout).toMatch(
      /^parcels +[0-9a-f]{16} +until .* +read:parcel read:user append:parcel/m,
    );
    expect(stdout).toContain('The key "parcels" is revoked. Within 2 seconds');
  });
});

describe('docs/security.md', () => {
  it('knows the rights that there are', () => {
    const rights = [
      ...readFileSync(join(ROOT, DOCUMENT), 'utf8').matchAll(/^\| `([^`]+)` +\| `--/gm),
    ].map(([, right]) => right);
    expect(rights).toHaveLength(6);
    for (const right of rights) expect(isRight(right.replace('<category>', 'user'))).toBe(true);
  });
});
