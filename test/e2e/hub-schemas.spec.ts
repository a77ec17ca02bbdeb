import { performance } from 'node:perf_hooks';
import { createDatabase, type TestDatabase } from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import { BATCHES, foreign, HubApi } from '../support/hub-api.js';
import { startServer, type TestServer } from '../support/server.js';
import { until } from '../support/async.js';

const TYPE = 'parcel.sent';
const SCHEMA = {
  type: 'object',
  properties: { to: { type: 'string', minLength: 1 } },
  required: ['to'],
  additionalProperties: false,
};
const WIDER = { ...SCHEMA, properties: { ...SCHEMA.properties, weight: { type: 'number' } } };
const OTHER = {
  ...SCHEMA,
  required: ['to', 'from'],
  properties: { ...SCHEMA.properties, from: { type: 'string' } },
};

const pathOf = (version?: number, type = TYPE) =>
  `/api/v1/schemas/${type}${version === undefined ? '' : `/${version}`}`;

describe('Schemas of the hub', () => {
  let database: TestDatabase;
  let server: TestServer;
  let hub: HubApi;

  beforeEach(async () => {
    database = await createDatabase('sqlite');
    server = await startServer(database, { HUB: 'on' });
    hub = new HubApi(server.http);
  });

  afterEach(async () => {
    await server.close();
    await database.drop();
  });

  const put = (path: string, body: unknown, at = server) =>
    at.http.put<Record<string, unknown>>(path, body);

  const register = async (version: number, schema: unknown, query = '') => {
    const { status } = await put(pathOf(version) + query, schema);
    expect(status).toBe(201);
  };

  const append = (data: unknown, version = 1) =>
    hub.append('parcel-7', [foreign({ data, version })]);

  const head = async () => (await hub.log()).body.head;

  describe('once registered,', () => {
    it('hold what is appended through the same process to them at once, all of it or none', async () => {
      expect((await append({ to: 5 })).status).toBe(201);
      await register(1, SCHEMA);
      const [fine, wrong, worse] = [{ to: 'Oslo' }, { to: '' }, { to: 5, by: 'sea' }].map((data) =>
        foreign({ data }),
      );
      const refused = await hub.batch([
        { stream: 'parcel-7', events: [fine, wrong] },
        { stream: 'parcel-8', events: [worse] },
      ]);
      const problem = expectProblem(refused, 422, 'schema-violation');
      expect(problem).toMatchObject({
        violations: [
          { event: wrong.id, pointer: '/to', message: 'must NOT have fewer than 1 characters' },
          { event: worse.id, pointer: '', message: 'must NOT have additional properties: "by"' },
          { event: worse.id, pointer: '/to', message: 'must be string' },
        ],
      });
      expect(await head()).toBe(2);
      expect((await hub.append('parcel-7', [fine])).status).toBe(201);
      // Of another version nothing is known, …
      expect((await append({ to: 5 }, 2)).status).toBe(201);
      // … unless its type demands a schema.
      const rules = await put(pathOf(), { compatibility: 'backward', required: true });
      expect(rules.body).toEqual({
        type: TYPE,
        versions: [1],
        compatibility: 'backward',
        required: true,
      });
      expectProblem(await append({ to: 5 }, 2), 422, 'schema-violation');
    });

    it('do not keep an append from being repeated that was stored before', async () => {
      const event = foreign({ data: { to: 5 } });
      await hub.append('parcel-7', [event]);
      await register(1, SCHEMA);
      const again = await hub.append('parcel-7', [event]);
      expect([again.status, again.body.repeated]).toEqual([201, true]);
      const more = await hub.append('parcel-7', [event, foreign({ data: { to: 5 } })]);
      expectProblem(more, 409, 'duplicate-event');
    });

    it('hold for CloudEvents, too', async () => {
      await register(2, SCHEMA);
      const { id } = foreign();
      const event = {
        specversion: '1.0',
        id,
        source: '/s',
        type: TYPE,
        schemaversion: 2,
        data: {},
      };
      const headers = { 'content-type': 'application/cloudevents+json' };
      const refused = await server.http.post('/api/v1/streams/parcel-7/events', event, headers);
      expectProblem(refused, 422, 'schema-violation');
    });

    it('arrive in every other process, and after a restart', async () => {
      const other = await startServer(database, { HUB: 'on' });
      try {
        const there = new HubApi(other.http);
        const isRefused = async () =>
          (await there.append('parcel-9', [foreign({ data: { to: 5 } })])).status === 422;
        expect(await isRefused()).toBe(false);
        await register(1, SCHEMA);
        await until(isRefused);
        expect((await other.http.get<{ schema: unknown }>(pathOf(1))).body.schema).toEqual(SCHEMA);
        const second = await put(pathOf(2), WIDER, other);
        expect(second.status).toBe(201);
        await until(async () => (await append({ to: 5, weight: 1 }, 2)).status === 422);
      } finally {
        await other.close();
      }
    });

    it('are listed and read', async () => {
      await register(2, WIDER, '?force=false');
      await register(1, SCHEMA);
      await put(pathOf(1, 'claim.made'), {});
      const list = (query: string) =>
        server.http.get<{ items: unknown[]; nextCursor: string }>(`/api/v1/schemas${query}`);
      const { items, nextCursor } = (await list('?limit=1')).body;
      const type = { type: TYPE, versions: [1, 2], compatibility: 'backward', required: false };
      expect(items).toEqual([type]);
      expect((await list(`?limit=1&cursor=${nextCursor}`)).body).toMatchObject({
        items: [{ type: 'claim.made' }],
        nextCursor: null,
      });
      expect((await server.http.get(pathOf())).body).toEqual(type);
      expect((await server.http.get(pathOf(2))).body).toEqual({
        ...{ type: TYPE, version: 2, schema: WIDER },
        registeredAt: expect.any(String) as string,
      });
      expectProblem(await server.http.get(pathOf(3)), 404, 'schema-not-found');
      expectProblem(await server.http.get(pathOf(undefined, 'nothing')), 404, 'schema-not-found');
      expectProblem(await server.http.get(`${pathOf()}/x`), 400, 'validation-failed');
    });
  });

  describe('are registered', () => {
    it('for ever: the same again is no error, and another one is', async () => {
      await register(1, SCHEMA);
      const { status, body, headers } = await put(
        pathOf(1),
        Object.fromEntries(Object.entries(SCHEMA).reverse()),
      );
      expect([status, body.version, headers.get('hub-position')]).toEqual([200, 1, '1']);
      expectProblem(await put(`${pathOf(1)}?force=true`, WIDER), 409, 'schema-exists');
      expect(await head()).toBe(1);
    });

    it('where they are compatible with their neighbours, as the mode of the type demands, or by force', async () => {
      await register(1, SCHEMA);
      const problem = expectProblem(await put(pathOf(3), OTHER), 409, 'incompatible-schema');
      expect(problem).toMatchObject({
        differences: [
          {
            pointer: '/required',
            message: 'has "from" in the later version, and not in the earlier version',
          },
        ],
      });
      await register(3, WIDER);
      expectProblem(await put(pathOf(2), OTHER), 409, 'incompatible-schema');
      await put(pathOf(), { compatibility: 'full', required: false });
      expectProblem(await put(pathOf(4), { ...WIDER, required: [] }), 409, 'incompatible-schema');
      await put(pathOf(), { compatibility: 'none', required: false });
      await register(4, OTHER);
      await put(pathOf(), { compatibility: 'backward', required: false });
      expectProblem(await put(pathOf(5), { type: 'null' }), 409, 'incompatible-schema');
      await register(5, { type: 'null' }, '?force=true');
    });

    it('once, by whoever comes first of many', async () => {
      const schemas = Array.from({ length: 8 }, (_, nth) => ({ title: String(nth) }));
      const statuses = await Promise.all(
        schemas.map(async (each) => (await put(pathOf(1), each)).status),
      );
      expect(statuses.sort()).toEqual([201, ...Array<number>(7).fill(409)]);
      expect(await head()).toBe(1);
    });

    const deep = { $defs: { a0: {} } as Record<string, unknown>, $ref: '#/$defs/a20' };
    for (let nth = 1; nth <= 20; nth += 1) {
      deep.$defs[`a${nth}`] = { allOf: [1, 2].map(() => ({ $ref: `#/$defs/a${nth - 1}` })) };
    }
    const wrong: readonly [string, unknown, string][] = [
      ['has a type that is none', { type: 'text' }, '/type'],
      ['has a keyword nobody knows', { typ: 'string' }, '/typ'],
      ['has one of an older draft', { dependencies: { a: ['b'] } }, '/dependencies'],
      ['has a format nobody knows', { type: 'string', format: 'iban' }, ''],
      ['is of another draft', { $schema: 'http://json-schema.org/draft-07/schema#' }, '/$schema'],
      ['refers to another server', { $ref: 'https://example.com/a' }, '/$ref'],
      ['refers to nothing', { $ref: '#/$defs/a', $defs: {} }, '/$ref'],
      [
        'refers to itself',
        { $defs: { a: { items: { $ref: '#/$defs/a' } } }, $ref: '#/$defs/a' },
        '/$defs/a/items/$ref',
      ],
      ['doubles with each reference', deep, ''],
      ['looks ahead', { type: 'string', pattern: '(?=a)' }, '/pattern'],
      ['looks back', { patternProperties: { '(a)\\1': {} } }, '/patternProperties/(a)\\1'],
      ['has a pattern that is too large', { pattern: '(a{500}b{500}){2}' }, '/pattern'],
      ['compares very many items', { uniqueItems: true }, '/uniqueItems'],
      ['has an identity', { $id: 'https://example.com/a' }, '/$id'],
      ['is too large', { description: 'x'.repeat(65_536) }, ''],
    ];
    for (const [what, schema, pointer] of wrong) {
      it(`not where one ${what}`, async () => {
        const problem = expectProblem(await put(pathOf(1), schema), 422, 'invalid-schema');
        const { differences } = problem as unknown as { differences: { pointer: string }[] };
        expect(differences.map((each) => each.pointer)).toContain(pointer);
        expect(await head()).toBe(0);
      });
    }

    it('not where they are no object, or not theirs to register, or forged', async () => {
      expectProblem(await put(pathOf(1), [SCHEMA]), 400, 'validation-failed');
      expectProblem(await put(pathOf(1, 'user.created'), SCHEMA), 403, 'category-reserved');
      expectProblem(
        await put(pathOf(undefined, 'user.created'), { compatibility: 'none', required: true }),
        403,
        'category-reserved',
      );
      expectProblem(await put(pathOf(), { compatibility: 'some' }), 400, 'validation-failed');
      expectProblem(await put(pathOf(0), SCHEMA), 400, 'validation-failed');
      for (const [stream, type] of [
        [`schema-${TYPE}`, 'parcel.sent'],
        ['parcel-7', 'schema.registered'],
        ['parcel-7', 'schema-registered'],
      ]) {
        expectProblem(await hub.append(stream, [foreign({ type })]), 403, 'category-reserved');
        const batch = { appends: [{ stream, events: [foreign({ type })] }] };
        expectProblem(await server.http.post(BATCHES, batch), 403, 'category-reserved');
      }
      expect(await head()).toBe(0);
    });
  });

  it('keep nobody waiting, whatever their patterns and the texts are', async () => {
    await register(1, {
      type: 'object',
      properties: {
        text: { type: 'string', pattern: '^(a+)+$' },
        list: { items: { type: 'null' } },
      },
    });
    expect((await append({ text: 'aaa', list: [null] })).status).toBe(201);
    const text = `${'a'.repeat(500_000)}!`;
    const startedAt = performance.now();
    const refused = await append({ text });
    expect(expectProblem(refused, 422, 'schema-violation')).toMatchObject({
      violations: [{ pointer: '/text' }],
    });
    const many = await append({ list: Array<number>(200_000).fill(1) });
    expect(expectProblem(many, 422, 'schema-violation')).toMatchObject({
      violations: [{ pointer: '/list/0' }],
    });
    // By the patterns of JavaScript it takes longer than anybody lives.
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });
});
