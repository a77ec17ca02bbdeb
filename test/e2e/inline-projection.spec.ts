import { Module } from '@nestjs/common';
import { UserEmailChanged } from '../../src/contexts/users/user.events.js';
import { On, Projection } from '../../src/event-sourcing/index.js';
import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import { startServer, type TestServer } from '../support/server.js';
import { someone } from '../support/users-api.js';

/** A read model with room for short addresses only. */
@Projection({ name: 'short-addresses', version: 1, lifecycle: 'inline' })
class ShortAddresses {
  @On(UserEmailChanged)
  changed({ email }: UserEmailChanged): Promise<void> {
    if (email.length > 20) throw new TypeError(`INSERT failed: ${email} has no room.`);
    return Promise.resolve();
  }
}

@Module({ providers: [ShortAddresses] })
class AddressesModule {}

describe.each(DATABASE_KINDS)('A change that an inline projection cannot take, on %s,', (kind) => {
  let database: TestDatabase;
  let server: TestServer;

  beforeAll(async () => {
    database = await createDatabase(kind);
    server = await startServer(database, {}, [AddressesModule]);
  });

  afterAll(async () => {
    await server.close();
    await database.drop();
  });

  it('is answered by a problem that names the projection, and changes nothing', async () => {
    const { users, logs } = server;
    const { body: user } = await users.create(someone());
    const refused = await users.changeEmail(user.id, 'a-very-long-address@example.com');
    const { detail } = expectProblem(refused, 409, 'event-refused');
    expect(detail).toBe(
      'The projection "short-addresses" cannot take this change, and nothing of it was stored.',
    );
    expect(logs.errors).toEqual([expect.stringContaining('has no room') as string]);
    expect((await users.find(user.id)).body).toEqual(user);
    const taken = await users.changeEmail(user.id, 'jd@example.com');
    expect(taken).toMatchObject({ status: 200, body: { email: 'jd@example.com', revision: 2 } });
  });

  it('harms nobody who changes something at the same time', async () => {
    const { users } = server;
    const created = await Promise.all(Array.from({ length: 12 }, () => users.create(someone())));
    const answers = await Promise.all(
      created.map(({ body }, nr) =>
        users.changeEmail(
          body.id,
          nr === 5 ? 'a-very-long-address@example.com' : `j${nr}@example.com`,
        ),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toEqual(statuses.map((_, nr) => (nr === 5 ? 409 : 200)));
  });
});
