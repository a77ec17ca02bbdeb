import { randomUUID } from 'node:crypto';
import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import { foreign, foreigners, HubApi, type LoggedBody, pathOfStream } from '../support/hub-api.js';
import { startServer, type TestServer } from '../support/server.js';

const STREAM = 'parcel-7';

describe.each(DATABASE_KINDS)('Who appends to a stream over HTTP, on %s,', (kind) => {
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

  const stored = async (stream = STREAM): Promise<readonly LoggedBody[]> =>
    (await hub.stream(stream)).body.items;

  const refused = (body: unknown, headers?: Record<string, string>) =>
    server.http.post(pathOfStream(STREAM), body, headers);

  it('is told where the events are, and finds them there as they were sent', async () => {
    const data = { prototype: 1, constructor: 'x', $date: 'no date', 'ü\u0000': [null, 1e-7, {}] };
    const tags = ['customer:7', ''];
    const first = foreign({ version: 3, data, tags, metadata: { tenant: 'shop', own: [1, null] } });
    const second = foreign({ type: 'parcel.lost', data: null });
    const { status, body, headers } = await hub.append(STREAM, [first, second]);
    expect(status).toBe(201);
    expect(body).toEqual({
      events: [first, second].map(({ id }, nth) => {
        return { id, stream: STREAM, revision: nth + 1, position: nth + 1 };
      }),
      position: 2,
      repeated: false,
    });
    expect([headers.get('etag'), headers.get('hub-position')]).toEqual(['"2"', '2']);
    const [one, other] = await stored();
    const correlationId = headers.get('x-correlation-id');
    const place = { stream: STREAM, recordedAt: expect.any(String) as string };
    const metadata = { ...first.metadata, correlationId };
    expect(one).toEqual({ ...first, ...place, revision: 1, position: 1, metadata });
    const plain = { version: 1, tags: [], metadata: { correlationId } };
    expect(other).toEqual({ ...second, ...place, ...plain, revision: 2, position: 2 });
  });

  it('appends to a stream at a revision, to a new one, or to one that exists, and else is told both revisions', async () => {
    const conflict = async (headers: Record<string, string>, expectedRevision: unknown, at = 1) => {
      const problem = expectProblem(
        await hub.append(STREAM, [foreign()], headers),
        412,
        'concurrency-conflict',
      );
      expect(problem).toMatchObject({ stream: STREAM, expectedRevision, actualRevision: at });
    };
    const append = async (headers: Record<string, string>): Promise<string | null> => {
      const { status, headers: answered } = await hub.append(STREAM, [foreign()], headers);
      expect(status).toBe(201);
      return answered.get('etag');
    };
    await conflict({ 'if-match': '*' }, 'exists', 0);
    await conflict({ 'if-match': '"1"' }, 1, 0);
    expect(await append({ 'if-none-match': '*' })).toBe('"1"');
    await conflict({ 'if-none-match': '*' }, 'none');
    await conflict({ 'if-match': '"0"' }, 0);
    await conflict({ 'if-match': '"2"' }, 2);
    expect(await append({ 'if-match': '"1"' })).toBe('"2"');
    expect(await append({ 'if-match': '*' })).toBe('"3"');
    expect(await append({})).toBe('"4"');
    expect(await append({ 'if-match': '"4"' })).toBe('"5"');
    expect(await stored()).toHaveLength(5);
  });

  it('gets the first answer when it sends the same ids again, and stores them once', async () => {
    const events = foreigners(3);
    const first = await hub.append(STREAM, events, { 'if-none-match': '*' });
    await hub.append(STREAM, [foreign()]);
    await hub.append('parcel-8', [foreign()]);
    const again = await hub.append(STREAM, events, { 'if-none-match': '*' });
    expect(again.status).toBe(201);
    expect(again.body).toEqual({ ...first.body, repeated: true });
    expect([again.headers.get('etag'), again.headers.get('hub-position')]).toEqual(['"3"', '3']);
    expect(await stored()).toHaveLength(4);
    const mixed = await hub.append(STREAM, [events[0], foreign()]);
    expectProblem(mixed, 409, 'duplicate-event');
    expectProblem(await hub.append('parcel-9', events), 409, 'duplicate-event');
  });

  it('is one of many that append at once: of those with one condition one succeeds, of those without all', async () => {
    await hub.append(STREAM, [foreign()]);
    const answers = await Promise.all(
      foreigners(20).map((event) => hub.append(STREAM, [event], { 'if-match': '"1"' })),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array<number>(19).fill(412)]);
    const free = await Promise.all(foreigners(20).map((event) => hub.append(STREAM, [event])));
    expect(new Set(free.map(({ status }) => status))).toEqual(new Set([201]));
    const same = foreign();
    const repeated = await Promise.all(
      Array.from({ length: 10 }, () => hub.append(STREAM, [same])),
    );
    expect(repeated.filter(({ body }) => !body.repeated)).toHaveLength(1);
    const revisions = (await stored()).map(({ revision }) => revision);
    expect(revisions).toEqual(Array.from({ length: 23 }, (_, index) => index + 1));
  });

  it('cannot say who did it, nor which command it was; the request can name what it belongs to', async () => {
    for (const metadata of [{ actor: 'root' }, { command: { id: 'x' } }]) {
      const answer = await hub.append(STREAM, [foreign({ metadata })]);
      expectProblem(answer, 400, 'metadata-reserved');
    }
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const headers = { 'x-correlation-id': 'order 66', traceparent };
    const own = { correlationId: 'another', causationId: 'a command' };
    await hub.append(STREAM, [foreign(), foreign({ metadata: own })], headers);
    const [first, second] = await stored();
    expect(first.metadata).toEqual({ correlationId: 'order 66', traceparent });
    expect(second.metadata).toEqual({ ...own, traceparent });
  });

  it('is told what is wrong with the events, and nothing is stored', async () => {
    const event = foreign();
    const { id: _, ...nameless } = event;
    const { data: _data, ...empty } = event;
    const shapes: readonly (readonly [unknown, string])[] = [
      [undefined, 'the body'],
      [[event], 'the body'],
      [{}, 'events'],
      [{ events: [] }, 'events'],
      [{ events: event }, 'events'],
      [{ events: [event], stream: 'x' }, 'stream'],
      [{ events: [event, null] }, 'events.1'],
      [{ events: [nameless] }, 'events.0.id'],
      [{ events: [empty] }, 'events.0.data'],
      [{ events: [{ ...event, type: {} }] }, 'events.0.type'],
      [{ events: [{ ...event, version: '1' }] }, 'events.0.version'],
      [{ events: [{ ...event, metadata: [] }] }, 'events.0.metadata'],
      [{ events: [{ ...event, actor: 'root' }] }, 'actor'],
    ];
    for (const [body, field] of shapes) {
      const { errors } = expectProblem(await refused(body), 400, 'validation-failed');
      expect(errors?.map((error) => error.field)).toContain(field);
    }
    for (const malformed of [
      { id: 'x' },
      { id: randomUUID().toUpperCase() },
      { type: 'ParcelSent' },
      { type: '' },
      { version: 0 },
      { version: 1.5 },
      { metadata: { correlationId: 'a\nb' } },
      { metadata: { causationId: 7 } },
      { metadata: { tenant: '' } },
      { metadata: { traceparent: {} } },
    ]) {
      const good = foreign();
      const answer = await refused({ events: [good, { ...event, ...malformed }] });
      expectProblem(answer, 400, 'invalid-event');
    }
    expectProblem(await refused({ events: [event, event] }), 400, 'invalid-event');
    expectProblem(await refused('{"events":'), 400, 'malformed-json');
    expectProblem(await refused('{"events":[{"data":{"__proto__":1}}]}'), 400, 'malformed-json');
    for (const stream of [
      'parcel',
      'Parcel-1',
      'parcel-',
      'parcel-\0',
      `parcel-${'x'.repeat(250)}`,
    ]) {
      expectProblem(await hub.append(stream, [event]), 400, 'validation-failed');
    }
    expect((await hub.log()).body.head).toBe(0);
  });

  it('is told which condition cannot be one', async () => {
    const append = (headers: Record<string, string>) => hub.append(STREAM, [foreign()], headers);
    for (const tag of ['1', 'W/"1"', '"-1"', '"1", "2"', '"x"', '']) {
      expectProblem(await append({ 'if-match': tag }), 400, 'invalid-if-match');
    }
    for (const tag of ['"1"', '**', '']) {
      expectProblem(await append({ 'if-none-match': tag }), 400, 'invalid-if-none-match');
    }
    const both = { 'if-match': '"0"', 'if-none-match': '*' };
    expectProblem(await append(both), 400, 'invalid-if-none-match');
  });

  it('may send no more than a request takes', async () => {
    const most = foreigners(1_000, { data: 1 });
    expectProblem(await hub.append(STREAM, [...most, foreign()]), 413, 'too-many-events');
    expect((await hub.append(STREAM, most)).body.position).toBe(1_000);
    const large = foreign({ data: 'x'.repeat(1024 * 1024) });
    expectProblem(await hub.append(STREAM, [large]), 413, 'body-too-large');
  });
});
