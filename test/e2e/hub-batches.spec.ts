import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import { BATCHES, foreign, foreigners, HubApi } from '../support/hub-api.js';
import { startServer, type TestServer } from '../support/server.js';

describe.each(DATABASE_KINDS)('Who appends to several streams at once, on %s,', (kind) => {
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

  const head = async (): Promise<number> => (await hub.log()).body.head;

  it('is told where all events are, which follow one another', async () => {
    const [first, second, third] = foreigners(3);
    await hub.append('parcel-2', [foreign()]);
    const { status, body, headers } = await hub.batch([
      { stream: 'parcel-1', expectedRevision: 'none', events: [first, second] },
      { stream: 'van-1', expectedRevision: 0, events: [] },
      { stream: 'parcel-2', expectedRevision: 1, events: [third] },
    ]);
    expect(status).toBe(201);
    expect(body).toEqual({
      events: [
        { id: first.id, stream: 'parcel-1', revision: 1, position: 2 },
        { id: second.id, stream: 'parcel-1', revision: 2, position: 3 },
        { id: third.id, stream: 'parcel-2', revision: 2, position: 4 },
      ],
      position: 4,
      repeated: false,
    });
    expect(headers.get('hub-position')).toBe('4');
  });

  it('stores all or nothing, and is told which stream is not as it was expected', async () => {
    await hub.append('parcel-1', foreigners(2));
    for (const [stream, expectedRevision, actualRevision] of [
      ['parcel-1', 1, 2],
      ['parcel-1', 'none', 2],
      ['parcel-9', 'exists', 0],
      ['parcel-9', 3, 0],
    ] as const) {
      for (const events of [[], foreigners(1)]) {
        const answer = await hub.batch([
          { stream: 'van-1', events: foreigners(2) },
          { stream, expectedRevision, events },
          { stream: 'van-2', expectedRevision: 'any', events: foreigners(1) },
        ]);
        const problem = expectProblem(answer, 409, 'concurrency-conflict');
        expect(problem).toMatchObject({ stream, expectedRevision, actualRevision });
      }
    }
    expect(await head()).toBe(2);
    expectProblem(await hub.stream('van-1'), 404, 'stream-not-found');
  });

  it('gets the first answer when it sends the same batch again', async () => {
    const appends = [
      { stream: 'parcel-1', expectedRevision: 'none', events: foreigners(2) },
      { stream: 'van-1', expectedRevision: 'none', events: foreigners(1) },
    ];
    const first = await hub.batch(appends);
    await hub.append('parcel-1', [foreign()]);
    const again = await hub.batch(appends);
    expect([again.status, again.body]).toEqual([201, { ...first.body, repeated: true }]);
    const part = await hub.batch([appends[1], { stream: 'parcel-2', events: foreigners(1) }]);
    expectProblem(part, 409, 'duplicate-event');
    expect(await head()).toBe(4);
  });

  it('moves something from one place to the other, however many do, and it is always in one', async () => {
    const places = ['van-1', 'van-2'];
    const move = async (): Promise<number> => {
      const revisions = await Promise.all(
        places.map(async (place) =>
          Number((await hub.stream(place)).headers.get('etag')?.slice(1, -1) ?? 0),
        ),
      );
      const appends = places.map((stream, nth) => {
        return { stream, expectedRevision: revisions[nth], events: [foreign()] };
      });
      return (await hub.batch(appends)).status;
    };
    const moves = Array.from({ length: 12 }, async () => {
      let tries = 1;
      while ((await move()) !== 201) tries += 1;
      return tries;
    });
    const tries = await Promise.all(moves);
    expect(Math.max(...tries)).toBeGreaterThan(1);
    for (const place of places) expect((await hub.stream(place)).body.items).toHaveLength(12);
    expect(await head()).toBe(24);
  });

  it('is told what is wrong with a batch', async () => {
    const append = { stream: 'parcel-1', events: [foreign()] };
    const shapes: readonly (readonly [unknown, string])[] = [
      [undefined, 'the body'],
      [{}, 'appends'],
      [{ appends: [] }, 'appends'],
      [{ appends: [{ stream: 'van-1', events: [] }] }, 'appends'],
      [{ appends: [append, 7] }, 'appends.1'],
      [{ appends: [{ ...append, stream: { toString: 1 } }] }, 'appends.0.stream'],
      [{ appends: [{ ...append, events: {} }] }, 'appends.0.events'],
      [
        { appends: [{ ...append, expectedRevision: { toString: 1 } }] },
        'appends.0.expectedRevision',
      ],
      [{ appends: [{ ...append, expectedRevision: null }] }, 'appends.0.expectedRevision'],
      [{ appends: [append], atomic: true }, 'atomic'],
    ];
    for (const [body, field] of shapes) {
      const answer = await server.http.post(BATCHES, body);
      const { errors } = expectProblem(answer, 400, 'validation-failed');
      expect(errors?.map((error) => error.field)).toContain(field);
    }
    for (const malformed of [
      { stream: 'parcel' },
      { stream: '' },
      { expectedRevision: -1 },
      { expectedRevision: 0.5 },
      { expectedRevision: 1e300 },
      { expectedRevision: 'all' },
    ]) {
      const answer = await hub.batch([{ ...append, ...malformed }]);
      expectProblem(answer, 400, 'invalid-event');
    }
    expectProblem(
      await hub.batch([append, { ...append, events: [foreign()] }]),
      400,
      'invalid-event',
    );
    expect(await head()).toBe(0);
  });

  it('may send no more than a batch takes', async () => {
    const streams = (count: number, events: number) =>
      Array.from({ length: count }, (_, nth) => {
        return { stream: `parcel-${nth}`, events: foreigners(events, { data: 1 }) };
      });
    expectProblem(await hub.batch(streams(101, 1)), 413, 'too-many-streams');
    expectProblem(await hub.batch(streams(91, 11)), 413, 'too-many-events');
    expect((await hub.batch(streams(100, 10))).body.position).toBe(1_000);
  });
});
