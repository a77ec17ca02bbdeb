import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import type { Answer } from '../support/http-client.js';
import { loggedEvents } from '../support/logged-events.js';
import { startServer, type TestServer } from '../support/server.js';
import { type NewUser, someone, type UserBody, type UsersApi } from '../support/users-api.js';
import { UsersAudit } from '../support/users-audit.js';

const ROUNDS = Number(process.env.UNIQUENESS_ROUNDS ?? 50);
const AT_ONCE = 8;
const TIMEOUT_MS = 30_000 + ROUNDS * 1_000;

type Reply = Answer<UserBody>;

describe.each(DATABASE_KINDS)(
  'Of users who want the same at once, on two servers on %s,',
  (kind) => {
    let database: TestDatabase;
    let servers: TestServer[];

    beforeAll(async () => {
      database = await createDatabase(kind);
      servers = [await startServer(database), await startServer(database)];
    });

    afterAll(async () => {
      for (const server of servers) await server.close();
      await database.drop();
    });

    afterEach(async () => {
      expect(new UsersAudit(await loggedEvents(database)).violations).toEqual([]);
    });

    const users = (index: number): UsersApi => servers[index % servers.length].users;

    const createAtOnce = (wanted: readonly NewUser[]): Promise<Reply[]> =>
      Promise.all(wanted.map((user, index) => users(index).create(user)));

    const createSomeone = async (): Promise<UserBody> => (await users(0).create(someone())).body;

    const times = <T>(count: number, make: (index: number) => T): T[] =>
      Array.from({ length: count }, (_, index) => make(index));

    const inRounds = (
      sentence: string,
      round: (nr: number) => Promise<void>,
      rounds = ROUNDS,
    ): void =>
      it(
        sentence,
        async () => {
          for (let nr = 0; nr < rounds; nr += 1) await round(nr);
        },
        TIMEOUT_MS,
      );

    inRounds('one gets the user name, in whatever case it is written', async () => {
      const { username } = someone();
      const replies = await createAtOnce(
        times(AT_ONCE, (index) => ({
          username: index % 3 ? username : username.toUpperCase(),
          email: someone().email,
        })),
      );
      expectOneWinner(replies, 'username-taken');
    });

    inRounds('one gets the address, in whatever case it is written', async () => {
      const { email } = someone();
      const replies = await createAtOnce(
        times(AT_ONCE, (index) => ({
          username: someone().username,
          email: index % 3 ? email : email.toUpperCase(),
        })),
      );
      expectOneWinner(replies, 'email-taken');
    });

    inRounds('no two get a name and an address that cross', async () => {
      const [first, second] = [someone(), someone()];
      const wanted = times(AT_ONCE, (index) => ({
        username: (index % 4 < 2 ? first : second).username,
        email: (index % 2 ? first : second).email,
      }));
      const replies = await createAtOnce(wanted);
      const winners = replies.filter(({ status }) => status === 201).map(({ body }) => body);
      expect([1, 2]).toContain(winners.length);
      replies.forEach((reply, index) => {
        if (reply.status === 201) return;
        const { code } = reply.body as unknown as { code: string };
        const { username, email } = wanted[index];
        // Whichever of the two is named is really taken.
        if (code === 'username-taken') expect(winners.map((w) => w.username)).toContain(username);
        else expect(winners.map((winner) => winner.email)).toContain(email);
        expectProblem(reply, 409, code === 'username-taken' ? code : 'email-taken');
      });
    });

    inRounds('one gets the address, by changing to it or by being created', async () => {
      const { email } = someone();
      const present = await Promise.all(times(AT_ONCE / 2, createSomeone));
      const replies = await Promise.all([
        ...present.map(({ id }, index) => users(index).changeEmail(id, email)),
        ...times(AT_ONCE / 2, (index) => users(index).create({ ...someone(), email })),
      ]);
      expectOneWinner(replies, 'email-taken');
    });

    inRounds(
      'one gets the address, and no If-Match that is up to date is called stale',
      async () => {
        const { email } = someone();
        const present = await Promise.all(times(AT_ONCE, createSomeone));
        const replies = await Promise.all(
          present.map(({ id }, index) =>
            users(index).changeEmail(id, email, { 'if-match': '"1"' }),
          ),
        );
        expectOneWinner(replies, 'email-taken');
      },
      ROUNDS / 2,
    );

    inRounds(
      'one at the most gets the address that its holder gives up',
      async () => {
        const { id, email } = await createSomeone();
        const [given, ...replies] = await Promise.all([
          users(0).changeEmail(id, someone().email),
          ...times(AT_ONCE - 1, (index) => users(index).create({ ...someone(), email })),
        ]);
        expect(given.status).toBe(200);
        expect(replies.filter(({ status }) => status === 201).length).toBeLessThanOrEqual(1);
        for (const reply of replies) {
          if (reply.status !== 201) expectProblem(reply, 409, 'email-taken');
        }
      },
      ROUNDS / 2,
    );

    inRounds(
      'two who swap their addresses never hold one together',
      async () => {
        const [first, second] = [await createSomeone(), await createSomeone()];
        const replies = await Promise.all([
          users(0).changeEmail(first.id, second.email),
          users(1).changeEmail(second.id, first.email),
        ]);
        for (const reply of replies) expectProblem(reply, 409, 'email-taken');
      },
      ROUNDS / 2,
    );

    inRounds(
      'all changes to one user are made one after the other',
      async (nr) => {
        const { id } = await createSomeone();
        const replies: Answer[] = await Promise.all([
          ...times(AT_ONCE - 1, (index) => users(index).changeEmail(id, someone().email)),
          ...(nr % 2 ? [users(0).deactivate(id)] : []),
        ]);
        const { body } = await users(1).find(id);
        const done = replies.filter(({ status }) => status < 300);
        expect(body.revision).toBe(1 + done.length);
        for (const reply of replies) {
          if (reply.status >= 300) expectProblem(reply, 409, 'user-deactivated');
        }
      },
      ROUNDS / 2,
    );
  },
);

/** Exactly one request was done, and the others were told why they were not. */
function expectOneWinner(replies: readonly Reply[], code: string): void {
  expect(replies.filter(({ status }) => status < 300)).toHaveLength(1);
  for (const reply of replies) {
    if (reply.status >= 300) expectProblem(reply, 409, code);
  }
}
