import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import { startServer, type TestServer } from '../support/server.js';
import { someone, type UserBody, USERS } from '../support/users-api.js';

const ROUNDS = 200;
const ROUNDS_TIMEOUT_MS = 120_000;

describe.each(DATABASE_KINDS)('The list of users, on %s,', (kind) => {
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

  const createUsers = async (count: number): Promise<UserBody[]> => {
    const users: UserBody[] = [];
    while (users.length < count) users.push((await server.users.create(someone())).body);
    return users;
  };

  it('is empty at first', async () => {
    const { status, body } = await server.users.list();
    expect(status).toBe(200);
    expect(body).toEqual({ items: [], nextCursor: null });
  });

  it('shows users as they are, by the time of their creation', async () => {
    const [first, second, third] = await createUsers(3);
    const { email } = someone();
    await server.users.changeEmail(first.id, email);
    await server.users.deactivate(second.id);
    const { body } = await server.users.list();
    expect(body).toEqual({
      items: [
        { ...first, email, revision: 2 },
        { ...second, status: 'deactivated', revision: 2 },
        third,
      ],
      nextCursor: null,
    });
  });

  it('comes in pages, of which the last says that it is', async () => {
    const users = await createUsers(7);
    const pages: (readonly UserBody[])[] = [];
    let cursor: string | null = null;
    do {
      const page = await server.users.list(cursor === null ? { limit: 3 } : { limit: 3, cursor });
      pages.push(page.body.items);
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
    expect(pages.flat()).toEqual(users);
    expect((await server.users.list({ limit: 7 })).body.nextCursor).toBeNull();
  });

  it('has pages of 50 users, or up to 200', async () => {
    const users = await createUsers(51);
    const { body } = await server.users.list();
    expect(body.items).toEqual(users.slice(0, 50));
    expect(body.nextCursor).not.toBeNull();
    expect((await server.users.list({ limit: 200 })).body.items).toEqual(users);
  });

  it('goes on behind the last page when there are more users by then', async () => {
    const users = await createUsers(3);
    const { nextCursor } = (await server.users.list({ limit: 2 })).body;
    const [fourth] = await createUsers(1);
    await server.users.changeEmail(users[0].id, someone().email);
    const { body } = await server.users.list({ limit: 2, cursor: nextCursor ?? '' });
    expect(body).toEqual({ items: [users[2], fourth], nextCursor: null });
  });
});

describe.each(DATABASE_KINDS)('Asking for the list of users, on %s,', (kind) => {
  let database: TestDatabase;
  let server: TestServer;

  beforeAll(async () => {
    database = await createDatabase(kind);
    server = await startServer(database);
  });

  afterAll(async () => {
    await server.close();
    await database.drop();
  });

  it.each([
    '',
    'x',
    '0',
    '-1',
    'MA==',
    'LTE',
    'MS41',
    'MWUz',
    'OTAwNzE5OTI1NDc0MDk5Mw',
    '%00',
    '"',
  ])('answers 400 to the cursor %s', async (cursor) => {
    expectProblem(await server.users.list({ cursor }), 400, 'invalid-cursor');
    const { id } = (await server.users.create(someone())).body;
    expectProblem(await server.users.history(id, { cursor }), 400, 'invalid-cursor');
  });

  it.each(['0', '-1', '201', '1.5', 'ten', '', '1e9', 'NaN', '9007199254740993'])(
    'answers 400 to the limit %s',
    async (limit) => {
      const { errors } = expectProblem(
        await server.users.list({ limit }),
        400,
        'validation-failed',
      );
      expect(errors?.map(({ field }) => field)).toEqual(['limit']);
    },
  );

  it.each([
    'limit=1&limit=2',
    'limit[]=1',
    'limit[a]=1',
    'page=2',
    'cursor=MQ&cursor=Mg',
    'LIMIT=1',
  ])('answers 400 to ?%s', async (query) => {
    expectProblem(await server.http.get(`${USERS}?${query}`), 400, 'validation-failed');
  });

  it('answers 400 to an overlong cursor', async () => {
    const cursor = 'M'.repeat(513);
    expectProblem(await server.users.list({ cursor }), 400, 'validation-failed');
  });

  it(
    'shows every user its creator has just created',
    async () => {
      expect(await roundsWithoutTheNewUser(server, server)).toEqual([]);
    },
    ROUNDS_TIMEOUT_MS,
  );

  it(
    'shows every user that was just created through another server',
    async () => {
      const other = await startServer(database);
      try {
        expect(await roundsWithoutTheNewUser(server, other)).toEqual([]);
        expect(await roundsWithoutTheNewUser(other, server)).toEqual([]);
      } finally {
        await other.close();
      }
    },
    ROUNDS_TIMEOUT_MS,
  );
});

/** Creates user after user through one server, and looks for each in the other's next answer. */
async function roundsWithoutTheNewUser(creating: TestServer, listing: TestServer) {
  const missed: number[] = [];
  let cursor: string | undefined;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const created = await creating.users.create(someone());
    let found: boolean;
    do {
      const page = await listing.users.list({ limit: 200, ...(cursor && { cursor }) });
      found = page.body.items.some(({ id }) => id === created.body.id);
      if (page.body.nextCursor === null) break;
      cursor = page.body.nextCursor;
    } while (!found);
    if (!found) missed.push(round);
  }
  return missed;
}
