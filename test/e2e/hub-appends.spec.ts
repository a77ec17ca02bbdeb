import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import { APPENDS, foreign, foreigners, HubApi } from '../support/hub-api.js';
import { startServer, type TestServer } from '../support/server.js';

describe.each(DATABASE_KINDS)('Who sends many appends in one request, on %s,', (kind) => {
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

  const batchOf = (stream: string, expectedRevision: number | string = 'any') => ({
    appends: [{ stream, expectedRevision, events: [foreign()] }],
  });

  it('is told in each place what became of it, and no failure is one of its neighbours', async () => {
    const [known, own] = foreigners(2);
    await hub.append('parcel-1', [known]);
    const { status, body } = await hub.appends([
      batchOf('parcel-1', 1),
      batchOf('parcel-2', 5),
      { appends: [{ stream: 'user-1', events: [foreign()] }] },
      { appends: [{ stream: 'parcel-3', events: [known] }] },
      { appends: [{ stream: 'parcel 4', events: [foreign()] }] },
      {
        appends: [
          { stream: 'parcel-5', expectedRevision: 'none', events: [own] },
          { stream: 'van-1', expectedRevision: 0, events: [] },
        ],
      },
      { appends: [{ stream: 'van-2', expectedRevision: 1, events: [] }] },
    ]);
    expect(status).toBe(200);
    const [first, second, third, fourth, fifth, sixth, seventh] = body.outcomes;
    expect(first.result?.events).toMatchObject([{ stream: 'parcel-1', revision: 2 }]);
    expect(second.problem).toMatchObject({
      status: 409,
      code: 'concurrency-conflict',
      stream: 'parcel-2',
      expectedRevision: 5,
      actualRevision: 0,
      instance: APPENDS,
    });
    expect(third.problem).toMatchObject({ status: 403, code: 'category-reserved' });
    expect(fourth.problem).toMatchObject({ status: 409, code: 'duplicate-event' });
    expect(fifth.problem).toMatchObject({ status: 400, code: 'invalid-event' });
    expect(sixth.result).toMatchObject({ events: [{ id: own.id }], repeated: false });
    expect(seventh.problem).toMatchObject({ code: 'concurrency-conflict', actualRevision: 0 });
    expect(body.outcomes).toHaveLength(7);
    expect((await hub.log()).body.head).toBe(3);
  });

  it('gets the first answers again when it repeats them', async () => {
    const batches = [batchOf('parcel-1'), batchOf('parcel-2')];
    const first = (await hub.appends(batches)).body.outcomes;
    const again = (await hub.appends(batches)).body.outcomes;
    expect(again).toEqual(first.map(({ result }) => ({ result: { ...result, repeated: true } })));
  });

  it('is told everything that is wrong with the request, and then nothing is stored', async () => {
    const good = batchOf('parcel-1');
    const { errors } = expectProblem(
      await server.http.post(APPENDS, { batches: [good, { appends: 'x' }, { append: [] }, 7] }),
      400,
      'validation-failed',
    ) as { readonly errors: readonly { readonly field: string }[] };
    expect(errors.map(({ field }) => field)).toEqual([
      'batches.1.appends',
      'append',
      'batches.2.appends',
      'batches.3',
      'batches.3.appends',
    ]);
    for (const body of [{}, { batches: [] }, [], { batches: {} }]) {
      expectProblem(await server.http.post(APPENDS, body), 400, 'validation-failed');
    }
    const tooMany = Array.from({ length: 201 }, () => batchOf('parcel-1'));
    expectProblem(await hub.appends(tooMany), 413, 'too-many-batches');
    const tooLarge = Array.from({ length: 11 }, (_, nr) => ({
      appends: [{ stream: `parcel-${nr}`, events: foreigners(100) }],
    }));
    expectProblem(await hub.appends(tooLarge), 413, 'too-many-events');
    const streams = Array.from({ length: 101 }, (_, nr) => ({ stream: `van-${nr}`, events: [] }));
    expectProblem(await hub.appends([good, { appends: streams }]), 413, 'too-many-streams');
    expect((await hub.log()).body.head).toBe(0);
  });
});
