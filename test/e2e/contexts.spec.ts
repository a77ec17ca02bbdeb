import { createDatabase, DATABASE_KINDS } from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import { startServer } from '../support/server.js';
import { someone } from '../support/users-api.js';

describe.each(DATABASE_KINDS)('A process with one of the services, on %s,', (kind) => {
  it('serves that one and no other, on the log they share', async () => {
    const database = await createDatabase(kind);
    const users = await startServer(database, { CONTEXTS: 'users' });
    const { body: user } = await users.users.create(someone());
    expectProblem(await users.http.get('/api/v1/accounts'), 404, 'route-not-found');

    const accounts = await startServer(database, { CONTEXTS: 'accounts' });
    expectProblem(await accounts.http.get('/api/v1/users'), 404, 'route-not-found');
    const opened = async (): Promise<number> => {
      const { body } = await accounts.accounts.list({ owner: user.id });
      return body.items.length;
    };
    while ((await opened()) === 0);
    expect(await opened()).toBe(1);

    await Promise.all([users.close(), accounts.close()]);
    await database.drop();
  });
});
