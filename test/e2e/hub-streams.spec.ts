import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import { foreign, foreigners, HubApi } from '../support/hub-api.js';
import { startServer, type TestServer } from '../support/server.js';
import type { Query } from '../support/users-api.js';

const STREAM = 'parcel-Ä/7%';

describe.each(DATABASE_KINDS)('Who reads a stream over HTTP, on %s,', (kind) => {
  let database: TestDatabase;
  let server: TestServer;
  let hub: HubApi;

  beforeAll(async () => {
    database = await createDatabase(kind);
    server = await startServer(database, { HUB: 'on' });
    hub = new HubApi(server.http);
    await hub.append('parcel-8', foreigners(2));
    await hub.append(STREAM, foreigners(10));
  });

  afterAll(async () => {
    await server.close();
    await database.drop();
  });

  const revisions = async (query: Query): Promise<number[]> =>
    (await hub.stream(STREAM, query)).body.items.map(({ revision }) => revision);

  const pages = async (query: Query): Promise<number[][]> => {
    const all: number[][] = [];
    let cursor: string | null = null;
    do {
      const { body } = await hub.stream(STREAM, { ...query, ...(cursor && { cursor }) });
      all.push(body.items.map(({ revision }) => revision));
      cursor = body.nextCursor;
    } while (cursor !== null);
    return all;
  };

  it('has its events from a revision to another, in either direction', async () => {
    const all = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    expect(await revisions({})).toEqual(all);
    expect(await revisions({ direction: 'backwards' })).toEqual(all.toReversed());
    expect(await revisions({ from: 4, to: 6 })).toEqual([4, 5, 6]);
    expect(await revisions({ from: 9, direction: 'backwards' })).toEqual([10, 9]);
    expect(await revisions({ from: 11 })).toEqual([]);
    expect(await revisions({ from: 6, to: 4 })).toEqual([]);
    expect(await revisions({ to: 2 ** 52 })).toEqual(all);
  });

  it('turns over its pages', async () => {
    expect(await pages({ limit: 4 })).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [9, 10],
    ]);
    expect(await pages({ limit: 5, direction: 'backwards' })).toEqual([
      [10, 9, 8, 7, 6],
      [5, 4, 3, 2, 1],
    ]);
    expect(await pages({ limit: 2, from: 3, to: 5 })).toEqual([[3, 4], [5]]);
    expect(await pages({ limit: 2, from: 3, to: 5, direction: 'backwards' })).toEqual([
      [5, 4],
      [3],
    ]);
  });

  it('is told that it has what is there, until the stream moves on', async () => {
    const stream = 'parcel-moving';
    await hub.append(stream, [foreign()]);
    const { headers } = await hub.stream(stream);
    const tag = String(headers.get('etag'));
    for (const header of [tag, '*', `W/${tag}`, `"99", ${tag}`]) {
      const answer = await hub.stream(stream, {}, { 'if-none-match': header });
      expect([answer.status, answer.body]).toEqual([304, undefined]);
      expect(answer.headers.get('etag')).toBe(tag);
    }
    await hub.append(stream, [foreign()], { 'if-match': tag });
    const answer = await hub.stream(stream, {}, { 'if-none-match': tag });
    expect([answer.status, answer.headers.get('etag')]).toEqual([200, '"2"']);
    for (const header of ['', 'rubbish', '"99"', '2']) {
      expect((await hub.stream(stream, {}, { 'if-none-match': header })).status).toBe(200);
    }
  });

  it('has no event in a page that its ETag does not count, while others append', async () => {
    const stream = 'parcel-busy';
    await hub.append(stream, [foreign()]);
    let isOver = false;
    const appending = Promise.all(foreigners(60).map((event) => hub.append(stream, [event]))).then(
      () => (isOver = true),
    );
    do {
      const { body, headers } = await hub.stream(stream, { limit: 1, direction: 'backwards' });
      expect(headers.get('etag')).toBe(`"${body.items[0].revision}"`);
    } while (!isOver);
    await appending;
  });

  it('gets shorter pages where events are large', async () => {
    const stream = 'parcel-large';
    const large = { data: 'x'.repeat(1_000_000) };
    for (const event of foreigners(6, large)) await hub.append(stream, [event]);
    const first = await hub.stream(stream);
    expect(first.body.items.length).toBeLessThan(6);
    const cursor = String(first.body.nextCursor);
    const second = await hub.stream(stream, { cursor });
    const read = [...first.body.items, ...second.body.items].map(({ revision }) => revision);
    expect(read).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('is told what is wrong with a request', async () => {
    expectProblem(await hub.stream('parcel-nobody'), 404, 'stream-not-found');
    expectProblem(await hub.stream('nobody'), 400, 'validation-failed');
    const queries: readonly Query[] = [
      { from: 0 },
      { to: 'x' },
      { limit: 0 },
      { limit: 1_001 },
      { until: 'yesterday' },
      { direction: 'sideways' },
      { revision: 1 },
    ];
    for (const query of queries) {
      expectProblem(await hub.stream(STREAM, query), 400, 'validation-failed');
    }
    expectProblem(await hub.stream(STREAM, { cursor: 'x' }), 400, 'invalid-cursor');
  });
});
