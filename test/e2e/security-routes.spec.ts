import { randomUUID } from 'node:crypto';
import { Controller, Get, Module, Post } from '@nestjs/common';
import { Processors } from '../../src/event-sourcing/index.js';
import { foreign, pathOfStream } from '../support/hub-api.js';
import type { RequestHeaders } from '../support/http-client.js';
import { OpenApiDocument } from '../support/openapi/openapi-document.js';
import { everythingStored } from '../support/security/everything-stored.js';
import { bearer, GuardedServer } from '../support/security/guarded-server.js';
import { someone } from '../support/users-api.js';

/** Every route there is, and the right it takes. */
const NEEDS = {
  'POST /api/v1/users': 'append:user',
  'GET /api/v1/users': 'read:user',
  'GET /api/v1/users/{id}': 'read:user',
  'PATCH /api/v1/users/{id}': 'append:user',
  'DELETE /api/v1/users/{id}': 'append:user',
  'GET /api/v1/users/{id}/history': 'read:user',
  'POST /api/v1/accounts': 'append:account',
  'GET /api/v1/accounts': 'read:account',
  'GET /api/v1/accounts/{id}': 'read:account',
  'GET /api/v1/accounts/{id}/statement': 'read:account',
  'POST /api/v1/accounts/{id}/deposits': 'append:account',
  'POST /api/v1/accounts/{id}/withdrawals': 'append:account',
  'DELETE /api/v1/accounts/{id}': 'append:account',
  'POST /api/v1/transfers': 'append:transfer',
  'GET /api/v1/transfers': 'read:transfer',
  'GET /api/v1/transfers/{id}': 'read:transfer',
  'GET /api/v1/processors': 'operate',
  'GET /api/v1/processors/{name}': 'operate',
  'POST /api/v1/processors/{name}/pause': 'operate',
  'POST /api/v1/processors/{name}/resume': 'operate',
  'GET /api/v1/parked-events': 'operate',
  'GET /api/v1/processors/{name}/parked-events/{position}': 'operate',
  'POST /api/v1/processors/{name}/parked-events/{position}/skip': 'operate',
  'POST /api/v1/processors/{name}/parked-streams/{stream}/retry': 'operate',
  'GET /api/v1/projections': 'operate',
  'GET /api/v1/projections/{name}': 'operate',
  'POST /api/v1/projections/{name}/rebuild': 'operate',
  'DELETE /api/v1/projections/{name}/rebuild': 'operate',
  'POST /api/v1/projections/{name}/verify': 'operate',
  'POST /api/v1/streams/{stream}/events': 'append:parcel',
  'GET /api/v1/streams/{stream}/events': 'read:parcel',
  'POST /api/v1/batches': 'append:parcel',
  'POST /api/v1/appends': 'append:parcel',
  'GET /api/v1/events': 'read:parcel',
  'GET /api/v1/events/{id}': 'read:parcel',
  'GET /api/v1/events/subscribe': 'read:parcel',
  'GET /api/v1/schemas': 'read:parcel',
  'GET /api/v1/schemas/{type}': 'read:parcel',
  'PUT /api/v1/schemas/{type}': 'append:parcel',
  'GET /api/v1/schemas/{type}/{version}': 'read:parcel',
  'PUT /api/v1/schemas/{type}/{version}': 'append:parcel',
  'PUT /api/v1/groups/{group}': 'read:parcel',
  'GET /api/v1/groups': 'read:parcel',
  'GET /api/v1/groups/{group}': 'read:parcel',
  'POST /api/v1/groups/{group}/members': 'read:parcel',
  'DELETE /api/v1/groups/{group}/members/{member}': 'read:parcel',
  'POST /api/v1/groups/{group}/members/{member}/heartbeat': 'read:parcel',
  'POST /api/v1/groups/{group}/members/{member}/deliveries': 'read:parcel',
  'POST /api/v1/groups/{group}/members/{member}/acks': 'read:parcel',
  'POST /api/v1/groups/{group}/members/{member}/nacks': 'read:parcel',
  'GET /api/v1/groups/{group}/parked-events': 'read:parcel',
  'POST /api/v1/groups/{group}/parked-events/{position}/skip': 'read:parcel',
  'POST /api/v1/groups/{group}/parked-streams/{stream}/retry': 'read:parcel',
  'DELETE /api/v1/groups/{group}': 'read:parcel',
  'GET /metrics': 'operate',
} as const;

/** Have of everything what one may read, which may be nothing. */
const LISTS_OF_ALL = ['GET /api/v1/schemas', 'GET /api/v1/groups'];

const OPEN = ['GET /health/live', 'GET /health/ready', 'GET /docs/openapi.json'];
/** What the document says nothing of. */
const UNDOCUMENTED = ['GET /metrics', 'GET /docs/openapi.json'];

const CATEGORIES = ['user', 'account', 'transfer', 'parcel', 'claim'];
const RIGHTS = [
  ...CATEGORIES.flatMap((category) => [`read:${category}`, `append:${category}`]),
  'operate',
  'delegate',
];
/** What a request is answered that has come to its handler. */
const PASSED = [200, 201, 202, 204, 404, 409, 422];
const EVERY_RIGHT = 'read:* append:* operate delegate';

/** A handler whose author has not thought of who may use it. */
@Controller('forgotten')
class ForgottenController {
  @Get()
  look(): string {
    return 'seen';
  }

  @Post()
  change(): string {
    return 'changed';
  }
}

@Module({ controllers: [ForgottenController] })
class ForgottenModule {}

interface Route {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

describe('Every route', () => {
  let guarded: GuardedServer;
  let routes: readonly Route[];

  beforeAll(async () => {
    guarded = await GuardedServer.start({}, 'sqlite', [ForgottenModule]);
    const { server } = guarded;
    const everything = await guarded.key(EVERY_RIGHT);
    const user = await server.users.create(someone(), everything);
    const event = foreign();
    await server.http.post(pathOfStream('parcel-1'), { events: [event] }, everything);
    const schema = { name: SCHEMA, method: 'PUT', path: SCHEMA, body: { type: 'object' } };
    expect(await send(schema, everything)).toEqual({ status: 201 });
    const group = { name: GROUP, method: 'PUT', path: GROUP, body: { categories: ['parcel'] } };
    expect(await send(group, everything)).toEqual({ status: 201 });
    const processors = server.app.get(Processors);
    for (const { name } of await processors.statuses()) await processors.caughtUp(name, 15_000);
    const account = await server.accounts.open(user.body.id, 'EUR', everything);
    for (const { name } of await processors.statuses()) await processors.caughtUp(name, 15_000);
    const known = { user: user.body.id, account: account.body.id, event: event.id };
    routes = Object.keys(NEEDS).map((name) => routeOf(name, known));
  });

  afterAll(() => guarded.close());

  async function send({ method, path, body }: Route, headers: RequestHeaders): Promise<Reply> {
    const answer = await fetch(new URL(path, guarded.server.http.url), {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const type = answer.headers.get('content-type') ?? '';
    if (!/[/+]json\b/.test(type)) {
      // A subscription does not end by itself.
      await answer.body?.cancel();
      return { status: answer.status };
    }
    const { outcomes, ...own } = (await answer.json()) as ReplyBody;
    // Of several batches, each has an answer of its own.
    const problem = outcomes?.[0].problem;
    const { code, right, items } = problem ?? own;
    const status = problem?.status ?? answer.status;
    return { status, ...(code && { code }), ...(right && { right }), ...(items && { items }) };
  }

  /** What each route answers, by its name. */
  async function answersTo(headers: RequestHeaders): Promise<Record<string, string>> {
    const answers: Record<string, string> = {};
    for (const route of routes) {
      const { status, code, items } = await send(route, headers);
      const isEmptyList = LISTS_OF_ALL.includes(route.name) && items?.length === 0;
      answers[route.name] = isEmptyList ? 'nothing' : `${status} ${code ?? ''}`;
    }
    return answers;
  }

  const allAnswer = (answer: string): Record<string, string> =>
    Object.fromEntries(Object.keys(NEEDS).map((name) => [name, answer]));

  it('is listed here, with what it takes', async () => {
    const { operations } = await OpenApiDocument.of(guarded.server.http);
    const documented = operations.map(({ name }) => name).filter((name) => !/forgotten/.test(name));
    const listed = [...Object.keys(NEEDS), ...OPEN];
    expect([...documented, ...UNDOCUMENTED].sort()).toEqual(listed.sort());
  });

  it('is documented with what it takes, and what it answers without', async () => {
    const document = await OpenApiDocument.of(guarded.server.http);
    for (const { name, security, responses } of document.operations) {
      expect(Object.keys(responses)).toContain('429');
      if (OPEN.includes(name)) {
        expect({ name, security }).toEqual({ name, security: [] });
        continue;
      }
      expect({ name, security }).toEqual({
        name,
        security: [{ key: [] }, { keyHeader: [] }, { token: [] }],
      });
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['401', '403', '503']));
      const right = needOf(name)?.replace('parcel', '<category>');
      expect(responses[403].description).toContain(right ?? '');
    }
  });

  it.each<[string, () => Promise<RequestHeaders> | RequestHeaders]>([
    ['nothing', () => ({})],
    ['an unknown key', () => bearer(`hub_${'0'.repeat(16)}_${'a'.repeat(43)}`)],
    [
      'the id of a key with another secret',
      async () => withOtherSecret(await guarded.key(EVERY_RIGHT)),
    ],
    ['a revoked key', () => revokedKey()],
    ['an expired key', () => guarded.key(EVERY_RIGHT, new Date(Date.now() - 1))],
    [
      'a key that is cut off',
      async () => bearer(textOf(await guarded.key(EVERY_RIGHT)).slice(0, -1)),
    ],
    ['two keys', async () => ({ ...(await guarded.key(EVERY_RIGHT)), 'x-api-key': 'hub_1_2' })],
    ['a password', () => ({ authorization: `Basic ${btoa('admin:admin')}` })],
    ['no token', () => bearer('rubbish')],
    ['an expired token', () => guarded.token(EVERY_RIGHT, { exp: secondsFromNow(-60) })],
    ['a token for ever', () => guarded.token(EVERY_RIGHT, { exp: undefined })],
    ['a token for later', () => guarded.token(EVERY_RIGHT, { nbf: secondsFromNow(60) })],
    ['a token for others', () => guarded.token(EVERY_RIGHT, { aud: 'shop' })],
    ['a token for nobody', () => guarded.token(EVERY_RIGHT, { aud: undefined })],
    [
      'a token of another issuer',
      () => guarded.token(EVERY_RIGHT, { iss: 'https://evil.example' }),
    ],
    ['a token of no subject', () => guarded.token(EVERY_RIGHT, { sub: undefined })],
    ['a token that names a key', () => guarded.token(EVERY_RIGHT, { sub: 'key:orders' })],
    ['a forged token', async () => bearer(await guarded.issuer.forgedToken(EVERY_RIGHT))],
    [
      'a token of an unknown key',
      async () => bearer(await guarded.issuer.tokenOfUnknownKey(EVERY_RIGHT)),
    ],
    ['a token without a signature', () => bearer(guarded.issuer.unsignedToken(EVERY_RIGHT))],
    [
      'a token that the public key signs',
      async () => bearer(await guarded.issuer.tokenSignedByPublicKey(EVERY_RIGHT)),
    ],
  ])('refuses who sends %s, and stores nothing', async (_what, credentials) => {
    const headers = await credentials();
    const before = await everythingStored(guarded.server);
    expect(await answersTo(headers)).toEqual(allAnswer('401 unauthenticated'));
    expect(await everythingStored(guarded.server)).toEqual(before);
  });

  it('refuses who has no right, and stores nothing', async () => {
    for (const headers of [await guarded.key('delegate'), await guarded.token('openid profile')]) {
      const before = await everythingStored(guarded.server);
      expect(await answersTo(headers)).toEqual({
        ...allAnswer('403 not-permitted'),
        ...Object.fromEntries(LISTS_OF_ALL.map((name) => [name, 'nothing'])),
      });
      expect(await everythingStored(guarded.server)).toEqual(before);
    }
  });

  it.each(['key', 'token'] as const)(
    'refuses who has every right but the one it takes by a %s, and names it',
    async (kind) => {
      const before = await everythingStored(guarded.server);
      for (const right of new Set(Object.values(NEEDS))) {
        const others = RIGHTS.filter((each) => each !== right).join(' ');
        const headers = await guarded[kind](others);
        for (const route of routes.filter(({ name }) => needOf(name) === right)) {
          const reply = await send(route, headers);
          const refusal = { status: 403, code: 'not-permitted', right };
          expect({ route: route.name, ...reply }).toEqual({
            route: route.name,
            ...(LISTS_OF_ALL.includes(route.name) ? { status: 200, items: [] } : refusal),
          });
        }
      }
      const now = (await everythingStored(guarded.server)) as Record<string, unknown>;
      expect({ ...now, hub_api_keys: 0 }).toEqual({ ...(before as object), hub_api_keys: 0 });
    },
  );

  it('that says nothing of what it takes is refused whoever asks', async () => {
    const everything = await guarded.key(EVERY_RIGHT);
    for (const method of ['GET', 'POST']) {
      const route = { name: 'forgotten', method, path: '/api/v1/forgotten' };
      expect((await send(route, {})).status).toBeGreaterThanOrEqual(401);
      expect(await send(route, everything)).toEqual({ status: 403, code: 'not-permitted' });
    }
  });

  it('that is open takes whoever comes, and whatever they bring', async () => {
    for (const name of OPEN) {
      for (const headers of [
        {},
        bearer('rubbish'),
        await revokedKey(),
        await guarded.key('operate'),
      ]) {
        const path = name.split(' ')[1];
        expect({ name, ...(await guarded.server.http.get(path, headers)) }).toMatchObject({
          name,
          status: 200,
        });
      }
    }
  });

  it.each(['key', 'token'] as const)(
    'takes who has the one right it takes, by a %s',
    async (kind) => {
      for (const right of new Set(Object.values(NEEDS))) {
        const headers = await guarded[kind](right);
        for (const route of routes.filter(({ name }) => needOf(name) === right)) {
          const { status, items } = await send(route, headers);
          expect({ route: route.name, status, isPassed: PASSED.includes(status) }).toMatchObject({
            isPassed: true,
          });
          if (LISTS_OF_ALL.includes(route.name)) expect(items).toHaveLength(1);
        }
      }
    },
  );

  async function revokedKey(): Promise<RequestHeaders> {
    const headers = await guarded.key(EVERY_RIGHT);
    await guarded.keys.revoke(textOf(headers).split('_')[1]);
    return headers;
  }
});

interface Reply {
  readonly status: number;
  readonly code?: string;
  readonly right?: string;
  readonly items?: readonly unknown[];
}

interface ReplyBody extends Partial<Reply> {
  readonly outcomes?: readonly { readonly problem?: Partial<Reply> }[];
}

interface Ids {
  readonly user: string;
  readonly account: string;
  readonly event: string;
}

function needOf(name: string): string {
  return NEEDS[name as keyof typeof NEEDS];
}

/** A request that would do something, were it let through. */
function routeOf(name: string, ids: Ids): Route {
  const [method, template] = name.split(' ');
  const [, kind] = /^\/api\/v1\/(user|account|event)s\//.exec(template) ?? [];
  const path = template
    .replace('{id}', ids[kind as keyof Ids] ?? randomUUID())
    .replace('{name}', 'user-list')
    .replace('{position}', '1')
    .replace('{stream}', 'parcel-1')
    .replace('{type}', SCHEMA_TYPE)
    .replace('{version}', '1')
    .replace('{group}', 'parcels')
    .replace('{member}', randomUUID());
  const query = /^GET \/api\/v1\/events(\/subscribe)?$/.test(name) ? '?category=parcel' : '';
  return { name, method, path: path + query, body: BODIES[name]?.() };
}

const SCHEMA_TYPE = 'parcel.sent';
const SCHEMA = `/api/v1/schemas/${SCHEMA_TYPE}/1`;
const GROUP = '/api/v1/groups/parcels';

const BODIES: Readonly<Record<string, () => unknown>> = {
  'POST /api/v1/users': () => someone(),
  'PATCH /api/v1/users/{id}': () => ({ email: 'new@example.com' }),
  'POST /api/v1/accounts': () => ({ owner: randomUUID(), currency: 'EUR' }),
  'POST /api/v1/accounts/{id}/deposits': () => ({ amount: 1, currency: 'EUR' }),
  'POST /api/v1/accounts/{id}/withdrawals': () => ({ amount: 1, currency: 'EUR' }),
  'POST /api/v1/transfers': () => ({
    from: randomUUID(),
    to: randomUUID(),
    amount: 1,
    currency: 'EUR',
  }),
  'POST /api/v1/streams/{stream}/events': () => ({ events: [foreign()] }),
  'POST /api/v1/appends': () => ({
    batches: [{ appends: [{ stream: 'parcel-1', events: [foreign()] }] }],
  }),
  'PUT /api/v1/groups/{group}': () => ({ categories: ['parcel'] }),
  'POST /api/v1/groups/{group}/members/{member}/deliveries': () => ({}),
  'POST /api/v1/groups/{group}/members/{member}/acks': () => ({ positions: [1] }),
  'POST /api/v1/groups/{group}/members/{member}/nacks': () => ({ positions: [1] }),
  'PUT /api/v1/schemas/{type}': () => ({ compatibility: 'full', required: false }),
  'PUT /api/v1/schemas/{type}/{version}': () => ({ type: 'object', title: 'Another one' }),
  'POST /api/v1/batches': () => ({ appends: [{ stream: 'parcel-1', events: [foreign()] }] }),
};

function textOf(headers: RequestHeaders): string {
  return headers.authorization.replace('Bearer ', '');
}

function withOtherSecret(headers: RequestHeaders): RequestHeaders {
  const [hub, id] = textOf(headers).split('_');
  return bearer(`${hub}_${id}_${'a'.repeat(43)}`);
}

function secondsFromNow(seconds: number): number {
  return Math.floor(Date.now() / 1_000) + seconds;
}
