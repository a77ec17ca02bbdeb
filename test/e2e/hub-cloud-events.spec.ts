import { createDatabase, type TestDatabase } from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import { BATCHES, EVENTS, foreign, foreigners, HubApi, pathOfStream } from '../support/hub-api.js';
import { startServer, type TestServer } from '../support/server.js';

const STREAM = 'parcel-7';
const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';
const BINARY = 'application/json; mode=binary';

type Attributes = Readonly<Record<string, unknown>>;

function published(properties: Attributes = {}): Attributes {
  const { id, type, data } = foreign();
  return { specversion: '1.0', id, source: '/parcels', type, data, ...properties };
}

describe('CloudEvents over HTTP', () => {
  let database: TestDatabase;
  let server: TestServer;
  let hub: HubApi;

  beforeEach(async () => {
    database = await createDatabase('sqlite');
    server = await startServer(database, { HUB: 'on', HUB_SOURCE: 'https://hub.example.com/' });
    hub = new HubApi(server.http);
  });

  afterEach(async () => {
    await server.close();
    await database.drop();
  });

  const post = (body: unknown, headers: Record<string, string>, stream = STREAM) =>
    server.http.post<Attributes>(pathOfStream(stream), body, headers);

  const get = <Body = Attributes>(path: string, accept: string) =>
    server.http.get<Body>(path, { accept });

  const lastStored = async () =>
    (await hub.stream(STREAM, { direction: 'backwards' })).body.items[0];

  describe('are how an event is given to who asks for it,', () => {
    it('alone, structured or binary, and with its cause and effects to everybody else', async () => {
      const event = foreign({ version: 3, data: { a: [1] }, metadata: { tenant: 'Ö', own: [1] } });
      await hub.append(STREAM, [event]);
      const { recordedAt, metadata } = await lastStored();
      const path = `${EVENTS}/${event.id}`;
      const structured = await get(path, STRUCTURED);
      expect(structured.headers.get('content-type')).toMatch(/^application\/cloudevents\+json/);
      const attributes = {
        specversion: '1.0',
        id: event.id,
        source: 'https://hub.example.com/',
        type: 'parcel.sent',
        subject: STREAM,
        time: recordedAt,
        revision: '1',
        position: '1',
        sequence: '0000000000000001',
        partitionkey: STREAM,
        correlationid: metadata.correlationId,
        hubmetadata: '{"own":[1]}',
      };
      expect(structured.body).toEqual({
        ...attributes,
        schemaversion: 3,
        tenant: 'Ö',
        datacontenttype: 'application/json',
        data: { a: [1] },
      });
      const binary = await get(path, BINARY);
      expect(binary.body).toEqual({ a: [1] });
      expect(binary.headers.get('content-type')).toMatch(/^application\/json/);
      const sent = Object.keys(attributes).map((name) => [name, binary.headers.get(`ce-${name}`)]);
      expect(Object.fromEntries(sent)).toEqual({ ...attributes, hubmetadata: '{%22own%22:[1]}' });
      expect(binary.headers.get('ce-tenant')).toBe('%C3%96');
      for (const accept of ['*/*', `${STRUCTURED};q=0.1, application/json`, 'text/html']) {
        const { body, headers } = await get(path, accept);
        expect([body.event !== undefined, headers.get('vary')]).toEqual([true, 'Accept']);
      }
    });

    it('structured also in binary mode, where its headers would be too large', async () => {
      const event = foreign({ metadata: { note: 'x'.repeat(10_000) } });
      await hub.append(STREAM, [event]);
      const { headers, body } = await get(`${EVENTS}/${event.id}`, BINARY);
      expect(headers.get('content-type')).toMatch(/^application\/cloudevents\+json/);
      expect(body.id).toBe(event.id);
    });

    it('in batches, which are pages of the log and of streams', async () => {
      const events = foreigners(3);
      await hub.append(STREAM, events);
      const log = await get<readonly Attributes[]>(`${EVENTS}?limit=2`, BATCH);
      expect(log.headers.get('content-type')).toMatch(/^application\/cloudevents-batch\+json/);
      expect(log.body.map(({ position }) => position)).toEqual(['1', '2']);
      expect(log.headers.get('hub-next-after')).toBe('2');
      const page = await get<readonly Attributes[]>(`${pathOfStream(STREAM)}?limit=2`, BATCH);
      expect(page.headers.get('etag')).toBe('"3"');
      const cursor = page.headers.get('hub-next-cursor');
      const last = await get<readonly Attributes[]>(
        `${pathOfStream(STREAM)}?cursor=${cursor}`,
        BATCH,
      );
      expect([...page.body, ...last.body].map(({ id }) => id)).toEqual(events.map(({ id }) => id));
      expect(last.headers.has('hub-next-cursor')).toBe(false);
      expectProblem(await get(`${EVENTS}/${foreign().id}`, STRUCTURED), 404, 'event-not-found');
    });
  });

  describe('are how an event may be sent,', () => {
    it('structured: what the log says itself is kept beside it, as what the publisher has said', async () => {
      const event = published({
        subject: STREAM,
        time: '2018-04-05T17:31:00Z',
        schemaversion: 2,
        correlationid: 'c',
        causationid: 'd',
        tenant: 't',
        traceparent: '00-1',
        actor: 'somebody',
        severity: 5,
        hubmetadata: '{"own":1}',
        dataschema: 'https://example.com/parcel',
      });
      const { status, headers, body } = await post(event, {
        'content-type': STRUCTURED,
        'if-none-match': '*',
      });
      expect([status, headers.get('etag'), body.position]).toEqual([201, '"1"', 1]);
      expect(await lastStored()).toMatchObject({
        id: event.id,
        type: event.type,
        version: 2,
        data: event.data,
      });
      expect((await lastStored()).metadata).toEqual({
        correlationId: 'c',
        causationId: 'd',
        tenant: 't',
        traceparent: '00-1',
        own: 1,
        cloudEvent: {
          source: '/parcels',
          time: '2018-04-05T17:31:00Z',
          dataschema: 'https://example.com/parcel',
          extensions: { actor: 'somebody', severity: 5 },
        },
      });
      const again = await post(event, { 'content-type': STRUCTURED });
      expect(again.body).toMatchObject({ repeated: true, position: 1 });
    });

    it('binary, with its attributes in headers, or without any data', async () => {
      const { id } = foreign();
      const headers = {
        'CE-SpecVersion': '1.0',
        'Ce-Id': id,
        'ce-type': 'parcel.sent',
        'ce-source': '/p',
        'ce-tenant': '%C3%96',
        'ce-schemaversion': '2',
      };
      expect((await post({ to: 'Oslo' }, headers)).status).toBe(201);
      expect(await lastStored()).toMatchObject({
        id,
        version: 2,
        data: { to: 'Oslo' },
        metadata: { tenant: 'Ö' },
      });
      expect((await post(undefined, { ...headers, 'Ce-Id': foreign().id })).status).toBe(201);
      expect((await lastStored()).data).toBe(null);
    });

    it('in a batch, all or none', async () => {
      const batch = [
        published(),
        published({
          data_base64: 'eyJhIjoxfQ==',
          data: undefined,
          datacontenttype: 'application/json',
        }),
      ];
      expect((await post(batch, { 'content-type': `${BATCH}; charset=utf-8` })).body.position).toBe(
        2,
      );
      expect((await lastStored()).data).toEqual({ a: 1 });
      const refused = [published(), published({ type: 'No Type' })];
      expectProblem(await post(refused, { 'content-type': BATCH }), 400, 'invalid-event');
      expect((await hub.log()).body.head).toBe(2);
    });

    it('with an id that is no UUID, which gives it the same one each time', async () => {
      const event = published({ id: 'A234-1234-1234' });
      const first = await post(event, { 'content-type': STRUCTURED });
      expect(first.status).toBe(201);
      expect((await lastStored()).metadata.cloudEvent).toEqual({
        source: '/parcels',
        id: event.id,
      });
      const again = await post(event, { 'content-type': STRUCTURED });
      expect(again.body).toMatchObject({ repeated: true, events: first.body.events });
      const other = await post({ ...event, source: '/others' }, { 'content-type': STRUCTURED });
      expect(other.body).toMatchObject({ repeated: false, position: 2 });
    });

    it('by another hub that has kept what a publisher said, which stays', async () => {
      await post(published(), { 'content-type': STRUCTURED });
      const [event] = (await get<readonly Attributes[]>(EVENTS, BATCH)).body;
      const copy = { ...event, id: foreign().id, subject: 'copy-1' };
      expect((await post(copy, { 'content-type': STRUCTURED }, 'copy-1')).status).toBe(201);
      const [stored] = (await hub.stream('copy-1')).body.items;
      expect(stored.metadata.cloudEvent).toMatchObject({
        source: 'https://hub.example.com/',
        extensions: { position: '1', revision: '1' },
        cloudEvent: { source: '/parcels' },
      });
    });

    const problems: readonly [string, unknown, Record<string, string>, number, string][] = [
      [
        'another subject than the stream',
        published({ subject: 'parcel-8' }),
        { 'content-type': STRUCTURED },
        400,
        'validation-failed',
      ],
      [
        'no source',
        published({ source: undefined }),
        { 'content-type': STRUCTURED },
        400,
        'validation-failed',
      ],
      [
        'a list where one is said to be',
        [published()],
        { 'content-type': STRUCTURED },
        400,
        'validation-failed',
      ],
      [
        'one where a batch is said to be',
        published(),
        { 'content-type': BATCH },
        400,
        'validation-failed',
      ],
      ['no event at all', [], { 'content-type': BATCH }, 400, 'validation-failed'],
      [
        'too many events',
        Array.from({ length: 1001 }, () => 1),
        { 'content-type': BATCH },
        413,
        'too-many-events',
      ],
      [
        'a text',
        published({ datacontenttype: 'text/plain', data: 'x' }),
        { 'content-type': STRUCTURED },
        400,
        'validation-failed',
      ],
      [
        'bytes',
        published({ data: undefined, data_base64: '/w==' }),
        { 'content-type': STRUCTURED },
        400,
        'validation-failed',
      ],
      [
        'a version that is none',
        published({ schemaversion: 0 }),
        { 'content-type': STRUCTURED },
        400,
        'invalid-event',
      ],
      [
        'a version that is a word',
        published({ schemaversion: 'one' }),
        { 'content-type': STRUCTURED },
        400,
        'validation-failed',
      ],
      [
        'an actor in disguise',
        published({ hubmetadata: '{"actor":"me"}' }),
        { 'content-type': STRUCTURED },
        400,
        'metadata-reserved',
      ],
      [
        'metadata that is nested too deeply',
        published({ hubmetadata: `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}` }),
        { 'content-type': STRUCTURED },
        400,
        'validation-failed',
      ],
      [
        'the type of an aggregate',
        published({ type: 'user.created' }),
        { 'content-type': STRUCTURED },
        403,
        'category-reserved',
      ],
      ['no JSON', '{', { 'content-type': STRUCTURED }, 400, 'malformed-json'],
      [
        'too many levels',
        '['.repeat(101) + ']'.repeat(101),
        { 'content-type': BATCH },
        400,
        'body-too-deep',
      ],
      [
        'too much',
        `"${'x'.repeat(1024 * 1024)}"`,
        { 'content-type': STRUCTURED },
        413,
        'body-too-large',
      ],
      [
        'a form of CloudEvents that is not JSON',
        'x',
        { 'content-type': 'application/cloudevents+avro' },
        415,
        'unsupported-media-type',
      ],
      [
        'a header that is no UTF-8',
        1,
        { 'ce-specversion': '1.0', 'ce-subject': '%ff' },
        400,
        'validation-failed',
      ],
    ];
    for (const [what, body, headers, status, code] of problems) {
      it(`but not with ${what}`, async () => {
        expectProblem(await post(body, headers), status, code);
        expect((await hub.log()).body.head).toBe(0);
      });
    }

    it('to a stream, and to no other operation', async () => {
      for (const path of ['/api/v1/users', BATCHES]) {
        const refused = await server.http.post(path, {}, { 'content-type': STRUCTURED });
        expectProblem(refused, 415, 'unsupported-media-type');
      }
    });
  });
});
