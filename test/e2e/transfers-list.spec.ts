import { v7 } from 'uuid';
import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import { startServer, type TestServer } from '../support/server.js';
import { type TransferBody, TRANSFERS } from '../support/transfers-api.js';

describe.each(DATABASE_KINDS)('The list of transfers, on %s,', (kind) => {
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

  const request = async (from: string, to: string): Promise<TransferBody> =>
    (await server.transfers.request({ from, to, amount: 5, description: 'x' })).body;

  const endedOf = async ({ id }: TransferBody): Promise<TransferBody> => {
    const { steps: _, ...transfer } = await server.transfers.ended(id);
    return transfer;
  };

  it('is empty at first', async () => {
    expect((await server.transfers.list()).body).toEqual({ items: [], nextCursor: null });
  });

  it('has them as they are, by the time of their request, for whoever has just requested one', async () => {
    const [a, b] = [v7(), v7()];
    const first = await request(a, b);
    expect((await server.transfers.list()).body.items).toMatchObject([{ id: first.id }]);
    const second = await request(b, a);
    const ended = [await endedOf(first), await endedOf(second)];
    expect((await server.transfers.list()).body.items).toEqual(ended);
    expect(ended.map(({ reasonCode }) => reasonCode)).toEqual(Array(2).fill('account-not-found'));
  });

  it('comes in pages, and by the account that pays or is paid', async () => {
    const [a, b, c] = [v7(), v7(), v7()];
    const all: TransferBody[] = [];
    for (const [from, to] of [
      [a, b],
      [b, c],
      [c, a],
      [c, b],
      [a, c],
    ]) {
      all.push(await endedOf(await request(from, to)));
    }
    const pages: (readonly TransferBody[])[] = [];
    let cursor: string | null = null;
    do {
      const page = await server.transfers.list({ account: a, limit: 2, ...(cursor && { cursor }) });
      pages.push(page.body.items);
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    expect(pages).toEqual([[all[0], all[2]], [all[4]]]);
    const ofCapitals = await server.transfers.list({ account: b.toUpperCase() });
    expect(ofCapitals.body.items).toEqual([all[0], all[1], all[3]]);
    expect((await server.transfers.list({ account: v7() })).body.items).toEqual([]);
  });

  it.each(['account=', 'account=1', 'account[]=1', 'limit=0', 'limit=201', 'status=pending'])(
    'is a 400 for ?%s',
    async (query) => {
      expectProblem(await server.http.get(`${TRANSFERS}?${query}`), 400, 'validation-failed');
    },
  );

  it('is a 400 for a cursor that is none', async () => {
    expectProblem(await server.transfers.list({ cursor: 'x' }), 400, 'invalid-cursor');
  });
});
