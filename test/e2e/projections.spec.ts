import { until } from '../support/async.js';
import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import type { Answer } from '../support/http-client.js';
import { OperationsApi } from '../support/operations-api.js';
import { PoisonedUser } from '../support/poisoned-user.js';
import { startServer, type TestServer } from '../support/server.js';
import { someone } from '../support/users-api.js';

const PROJECTIONS = '/api/v1/projections';
const LIST = 'user-list';

interface RebuildBody {
  readonly state: string;
  readonly percent: number;
  readonly lastError: string | null;
  readonly result: { readonly isEqual: boolean; readonly tables: readonly object[] } | null;
}

interface ProjectionBody {
  readonly name: string;
  readonly rebuild: RebuildBody | null;
  readonly verification: RebuildBody | null;
}

describe.each(DATABASE_KINDS)('Who looks after read models over HTTP, on %s,', (kind) => {
  let database: TestDatabase;
  let server: TestServer;

  beforeEach(async () => {
    database = await createDatabase(kind);
    server = await startServer(database);
  });

  afterEach(async () => {
    await server.close();
    await database.drop();
  });

  const show = (): Promise<Answer<ProjectionBody>> => server.http.get(`${PROJECTIONS}/${LIST}`);
  const post = (what: string, headers = {}): Promise<Answer<ProjectionBody>> =>
    server.http.post(`${PROJECTIONS}/${LIST}/${what}`, undefined, headers);
  const rebuildIs = (state: string): Promise<void> =>
    until(async () => (await show()).body.rebuild?.state === state, `the rebuild is ${state}`);

  it('sees the projections, has one rebuilt, and sees it switched', async () => {
    const { body } = await server.http.get<{ items: ProjectionBody[] }>(PROJECTIONS);
    expect(body.items).toEqual(
      expect.arrayContaining([{ name: LIST, rebuild: null, verification: null }]),
    );
    const { id } = (await server.users.create(someone())).body;
    await server.users.list();
    const asked = await post('rebuild');
    expect([asked.status, asked.body.rebuild?.state]).toEqual([202, 'building']);
    expect(asked.headers.get('location')).toBe(`${PROJECTIONS}/${LIST}`);
    await rebuildIs('switched');
    expect((await show()).body.rebuild).toMatchObject({ percent: 100, lastError: null });
    expect((await server.users.list()).body.items).toMatchObject([{ id }]);
    const late = await server.http.delete(`${PROJECTIONS}/${LIST}/rebuild`);
    expectProblem(late, 404, 'rebuild-not-found');
  });

  it('has one verified, and sees what was found', async () => {
    await server.users.create(someone());
    await server.users.list();
    const verified = async (): Promise<RebuildBody['result']> => {
      const asked = await post('verify');
      expect([asked.status, asked.body.verification?.state]).toEqual([202, 'building']);
      await until(async () => (await show()).body.verification?.state === 'verified');
      return (await show()).body.verification?.result ?? null;
    };
    expect(await verified()).toMatchObject({ isEqual: true });
    await new PoisonedUser(database).create(0);
    const operations = new OperationsApi(server.http);
    await until(async () => (await operations.processor(LIST)).body.parked === 1);
    expect(await verified()).toMatchObject({
      isEqual: false,
      parked: 1,
      parkedAnew: 0,
      tables: [{ table: 'user_list', rows: 2, different: 1, missing: 0, unexpected: 0 }],
    });
  });

  it('gives a rebuild up while it is under way', async () => {
    await server.users.create(someone());
    // Its tries take a rebuild some time, too.
    await new PoisonedUser(database).createNameless();
    const operations = new OperationsApi(server.http);
    await until(async () => (await operations.processor(LIST)).body.parked === 1);
    expect((await post('rebuild')).status).toBe(202);
    const { status } = await server.http.delete(`${PROJECTIONS}/${LIST}/rebuild`);
    expect(status).toBe(204);
    await rebuildIs('cancelled');
    expect((await server.users.list()).body.items).toHaveLength(1);
  });

  it('is told what is wrong with a request', async () => {
    for (const path of ['nobody', 'nobody/rebuild', 'nobody/verify']) {
      const answer = path.includes('/')
        ? await server.http.post(`${PROJECTIONS}/${path}`, undefined)
        : await server.http.get(`${PROJECTIONS}/${path}`);
      const { detail } = expectProblem(answer, 404, 'projection-not-found');
      expect(detail).toContain(LIST);
    }
    expectProblem(await post('rebuild?acceptParked=maybe'), 400, 'validation-failed');
    expectProblem(await post('rebuild', { origin: 'https://evil.example' }), 403, 'foreign-origin');
    expect((await show()).body.rebuild).toBeNull();
    await server.close();
    server = await startServer(database, { OPERATIONS: 'off' });
    expectProblem(await server.http.get(PROJECTIONS), 404, 'route-not-found');
  });
});
