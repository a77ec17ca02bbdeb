import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import { foreign, foreigners, HubApi, type LoggedBody } from '../support/hub-api.js';
import { startServer, type TestServer } from '../support/server.js';
import type { Query } from '../support/users-api.js';

const NDJSON = { accept: 'application/x-ndjson' };

describe.each(DATABASE_KINDS)('Who follows the log over HTTP, on %s,', (kind) => {
  let database: TestDatabase;
  let server: TestServer;
  let hub: HubApi;

  beforeEach(async () => {
    database = await createDatabase(kind);
    server = await startServer(database, { HUB: 'on' });
    hub = new HubApi(server.http);
  });

  afterEach(async () => {
    await server.close();
    await database.drop();
  });

  const positions = async (query: Query): Promise<number[]> =>
    (await hub.log(query)).body.items.map(({ position }) => position);

  it('reads on from where the page before has ended, and misses nothing while others append', async () => {
    let isOver = false;
    const appending = Promise.all(
      foreigners(80).map((event, nth) => hub.append(`parcel-${nth % 7}`, [event, foreign()])),
    ).then(() => (isOver = true));
    const seen: number[] = [];
    let after = 0;
    let wasOver: boolean;
    do {
      wasOver = isOver;
      const { body, headers } = await hub.log({ after, limit: 13 });
      expect(headers.get('hub-next-after')).toBe(String(body.nextAfter));
      seen.push(...body.items.map(({ position }) => position));
      after = body.nextAfter;
    } while (!wasOver || after < 160);
    await appending;
    expect(seen).toEqual(Array.from({ length: 160 }, (_, index) => index + 1));
    expect((await hub.log({ after })).body).toEqual({ items: [], nextAfter: 160, head: 160 });
  });

  it('gets what it asks for: categories, types, what one request led to, and all of these at once', async () => {
    const request = { 'x-correlation-id': 'order 66' };
    await hub.append('parcel-1', [foreign(), foreign({ type: 'parcel.lost' })], request);
    await hub.append('van-1', [foreign({ type: 'van.left' }), foreign()]);
    await hub.append('van-2', [foreign({ type: 'van.left' })], request);
    await hub.append('parcel_van-1', [foreign()]);
    expect(await positions({})).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await positions({ category: 'van' })).toEqual([3, 4, 5]);
    expect(await positions({ category: 'parcel,van' })).toEqual([1, 2, 3, 4, 5]);
    expect(await positions({ type: 'van.left,parcel.lost' })).toEqual([2, 3, 5]);
    expect(await positions({ correlationId: 'order 66' })).toEqual([1, 2, 5]);
    const all = { category: 'van,parcel', type: 'van.left', correlationId: 'order 66', after: 1 };
    expect(await positions(all)).toEqual([5]);
    expect(await positions({ category: 'nothing' })).toEqual([]);
  });

  it('moves on also where nothing of what it wants is stored', async () => {
    await hub.append('parcel-1', foreigners(5));
    const none = await hub.log({ category: 'van', after: 2 });
    expect(none.body).toEqual({ items: [], nextAfter: 5, head: 5 });
    const some = await hub.log({ category: 'parcel', limit: 2, after: 1 });
    expect([some.body.nextAfter, some.body.head]).toEqual([3, 5]);
  });

  it('reads backwards as well, from the end or a position down to another one', async () => {
    await hub.append('parcel-1', foreigners(7));
    const seen: number[][] = [];
    const query = { direction: 'backwards', limit: 3, after: 1 };
    let upTo: number | undefined;
    do {
      const { body } = await hub.log(upTo === undefined ? query : { ...query, upTo });
      seen.push(body.items.map(({ position }) => position));
      expect([body.nextAfter, body.head]).toEqual([upTo ?? 7, 7]);
      upTo = body.nextUpTo;
    } while (upTo !== 1);
    expect(seen).toEqual([
      [7, 6, 5],
      [4, 3, 2],
    ]);
    expect(await positions({ upTo: 4, after: 2 })).toEqual([3, 4]);
    expect((await hub.log({ upTo: 4, after: 2 })).body.nextAfter).toBe(4);
    expect((await hub.log({ upTo: 4 })).body).not.toHaveProperty('nextUpTo');
    expect(await positions({ upTo: 99, direction: 'backwards' })).toHaveLength(7);
  });

  it('gets what was stored since a time, from that very moment on', async () => {
    for (const nr of [1, 2, 3, 4, 5]) await hub.append(`parcel-${nr}`, [foreign(), foreign()]);
    const { items } = (await hub.log()).body;
    for (const { recordedAt } of items) {
      const wanted = items.filter((each) => each.recordedAt >= recordedAt);
      const expected = wanted.map(({ position }) => position);
      expect(await positions({ since: recordedAt })).toEqual(expected);
      expect(await positions({ since: recordedAt, after: 7 })).toEqual(
        expected.filter((position) => position > 7),
      );
    }
    expect(await positions({ since: '2020-01-01T00:00:00+02:00' })).toHaveLength(10);
    expect(await positions({ since: '2999-01-01T00:00:00Z' })).toEqual([]);
  });

  it('gets a line for each event, when it accepts that', async () => {
    const odd = foreign({ data: { text: 'a\nb\r\n\u2028 "ü"' } });
    await hub.append('parcel-1', [foreign(), odd, foreign()]);
    const { items } = (await hub.log({ after: 1, limit: 1 })).body;
    const { status, headers, body } = await server.http.get<string>(
      '/api/v1/events?after=1&limit=1',
      NDJSON,
    );
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/x-ndjson/);
    expect([headers.get('hub-next-after'), headers.get('vary')]).toEqual(['2', 'Accept']);
    expect(body.endsWith('\n')).toBe(true);
    const lines = body.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as LoggedBody)).toEqual(items);
    expect(items[0].data).toEqual(odd.data);
    expect((await server.http.get('/api/v1/events?after=3', NDJSON)).body).toBeUndefined();
    for (const [accept, type] of [
      ['application/x-ndjson, application/json;q=0.9', 'application/x-ndjson'],
      ['APPLICATION/X-NDJSON', 'application/x-ndjson'],
      ['application/json, application/x-ndjson;q=0.5', 'application/json'],
      ['application/x-ndjson;q=0', 'application/json'],
      ['*/*', 'application/json'],
      ['text/html', 'application/json'],
      [';;,=q', 'application/json'],
    ]) {
      const answer = await server.http.get('/api/v1/events', { accept });
      expect([accept, answer.headers.get('content-type')?.split(';')[0]]).toEqual([accept, type]);
    }
    expectProblem(
      await server.http.get('/api/v1/events?limit=x', NDJSON),
      400,
      'validation-failed',
    );
  });

  it('is told what is wrong with a request', async () => {
    await hub.append('parcel-1', [foreign()]);
    expectProblem(await hub.log({ after: 2 }), 409, 'position-ahead-of-log');
    const queries: readonly Query[] = [
      { after: -1 },
      { after: '' },
      { after: 'x' },
      { upTo: 'x' },
      { direction: 'up' },
      { limit: 0 },
      { limit: 1_001 },
      { category: '' },
      { category: 'van,' },
      { category: 'Van' },
      { category: Array.from({ length: 51 }, (_, nr) => `van${nr}`).join(',') },
      { type: 'van left' },
      { correlationId: '' },
      { correlationId: 'a\0' },
      { since: 'yesterday' },
      { since: '2026-02-30T00:00:00Z' },
      { until: '2026-01-01T00:00:00Z' },
    ];
    for (const query of queries) {
      expectProblem(await hub.log(query), 400, 'validation-failed');
    }
    const twice = await server.http.get('/api/v1/events?type=van.left&type=van.lost');
    expectProblem(twice, 400, 'validation-failed');
  });
});
