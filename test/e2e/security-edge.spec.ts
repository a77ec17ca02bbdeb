import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { jest } from '@jest/globals';
import fc from 'fast-check';
import { Authenticator } from '../../src/security/http/authenticator.js';
import { ApiKeysUnavailableError } from '../../src/security/keys/api-key.errors.js';
import { KEYS_ARE_FRESH_FOR_MS } from '../../src/security/keys/key-ring.js';
import { ListApiKeys } from '../../src/security/keys/list-api-keys.query.js';
import { until } from '../support/async.js';
import { expectProblem } from '../support/expect-problem.js';
import {
  APPENDS,
  BATCHES,
  EVENTS,
  foreign,
  type LogPageBody,
  pathOfStream,
} from '../support/hub-api.js';
import type { Answer, RequestHeaders } from '../support/http-client.js';
import { sendRequest } from '../support/openapi/raw-request.js';
import { everythingStored } from '../support/security/everything-stored.js';
import { bearer, GuardedServer } from '../support/security/guarded-server.js';
import { startServer } from '../support/server.js';
import { Subscriber } from '../support/subscriber.js';
import { USERS } from '../support/users-api.js';
import { openSocket, parseResponse, readToEnd } from './support/raw-http.js';

const RUNS = Number(process.env.FUZZ_RUNS ?? 200);

describe('The edge of a server that asks everybody who they are', () => {
  let guarded: GuardedServer;
  let parcels: RequestHeaders;

  beforeAll(async () => {
    guarded = await GuardedServer.start();
    parcels = await guarded.namedKey('parcels', 'read:parcel append:parcel');
  });

  afterAll(() => guarded.close());

  const portOf = ({ server }: GuardedServer): number => Number(new URL(server.http.url).port);
  const lines = (headers: RequestHeaders): string =>
    Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('');

  it('says what to send', async () => {
    const none = await guarded.server.http.get(USERS);
    expectProblem(none, 401, 'unauthenticated');
    expect(none.headers.get('www-authenticate')).toBe('Bearer realm="hindsight"');
    const wrong = await guarded.server.http.get(USERS, bearer('rubbish'));
    expectProblem(wrong, 401, 'unauthenticated');
    expect(wrong.headers.get('www-authenticate')).toBe(
      'Bearer realm="hindsight", error="invalid_token"',
    );
  });

  it('takes a key as X-Api-Key, too', async () => {
    const key = parcels.authorization.replace('Bearer ', '');
    expect((await guarded.server.http.get(EVENTS, { 'x-api-key': key })).status).toBe(200);
    expect(
      (await guarded.server.http.get(EVENTS, { authorization: `bearer  ${key}` })).status,
    ).toBe(200);
    const both = await guarded.server.http.get(EVENTS, { ...parcels, 'x-api-key': key });
    expectProblem(both, 401, 'unauthenticated');
  });

  it.each([
    ['nobody', {}, 401],
    ['somebody with a wrong key', bearer(`hub_${'0'.repeat(16)}_${'a'.repeat(43)}`), 401],
  ])('answers %s before a byte of the body has come, and closes', async (_who, headers, status) => {
    const socket = await openSocket(portOf(guarded));
    socket.write(
      `POST ${pathOfStream('parcel-1')} HTTP/1.1\r\nHost: x\r\n${lines(headers)}` +
        'Content-Type: application/json\r\nContent-Length: 900000\r\n\r\n',
    );
    const response = parseResponse(await readToEnd(socket));
    expect(response.status).toBe(status);
    expect(response.headers.connection).toBe('close');
  });

  it('keeps the connection of whoever was refused with a small body', async () => {
    const socket = await openSocket(portOf(guarded));
    const request = (connection: string) =>
      `POST ${USERS} HTTP/1.1\r\nHost: x\r\nConnection: ${connection}\r\n` +
      'Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
    socket.write(request('keep-alive') + request('close'));
    expect((await readToEnd(socket)).match(/HTTP\/1.1 401/g)).toHaveLength(2);
  });

  it('knows at the end of a body that comes byte by byte who has sent it', async () => {
    const event = foreign();
    const body = JSON.stringify({ events: [event] });
    const socket = await openSocket(portOf(guarded));
    const answer = readToEnd(socket);
    socket.setNoDelay(true);
    socket.write(
      `POST ${pathOfStream('parcel-2')} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${lines(parcels)}` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    for (const byte of body) {
      socket.write(byte);
      await nextTurn();
    }
    expect(parseResponse(await answer).status).toBe(201);
    const { body: stream } = await guarded.server.http.get<LogPageBody>(
      pathOfStream('parcel-2'),
      parcels,
    );
    expect(stream.items[0].metadata).toMatchObject({ actor: 'key:parcels' });
  });

  it('refuses JSON of many levels wherever it may be any, and stores nothing', async () => {
    const before = await everythingStored(guarded.server);
    const { http } = guarded.server;
    const event = (data: string) =>
      `{"id":"${randomUUID()}","type":"parcel.sent","data":${data},"metadata":{}}`;
    const append = (data: string) => `{"stream":"parcel-3","events":[${event(data)}]}`;
    for (const levels of [1_000, 100_000]) {
      const data = '['.repeat(levels) + ']'.repeat(levels);
      const bodies: Readonly<Record<string, string>> = {
        [pathOfStream('parcel-3')]: `{"events":[${event(data)}]}`,
        [BATCHES]: `{"appends":[${append(data)}]}`,
        [APPENDS]: `{"batches":[{"appends":[${append(data)}]}]}`,
      };
      for (const [path, body] of Object.entries(bodies)) {
        expectProblem(await http.post(path, body, parcels), 400, 'body-too-deep');
      }
    }
    expect(await everythingStored(guarded.server)).toEqual(before);
  });

  it('serves others while many send a request byte by byte and do not end it', async () => {
    const before = await everythingStored(guarded.server);
    const beginnings = [
      `GET ${EVENTS} HTTP/1.1\r\nHost: x\r\nX-Slow: `,
      `POST ${pathOfStream('parcel-3')} HTTP/1.1\r\nHost: x\r\n${lines(parcels)}` +
        'Content-Type: application/json\r\nContent-Length: 900000\r\n\r\n{"events":[{"type":"',
    ];
    const sockets = await Promise.all(
      Array.from({ length: 200 }, () => openSocket(portOf(guarded))),
    );
    sockets.forEach((socket, nth) => socket.write(beginnings[nth % 2]));
    for (let turn = 0; turn < 20; turn++) {
      for (const socket of sockets) socket.write('x');
      expect((await guarded.server.http.get(EVENTS, parcels)).status).toBe(200);
    }
    expect(sockets.some(({ destroyed }) => destroyed)).toBe(false);
    for (const socket of sockets) socket.destroy();
    expect(await everythingStored(guarded.server)).toEqual(before);
  });

  it('is not got round by paths, methods or headers, and none of them is a failure here', async () => {
    await guarded.server.http.post(
      pathOfStream('claim-1'),
      { events: [foreign({ type: 'claim.made' })] },
      await guarded.key('append:claim'),
    );
    const before = await everythingStored(guarded.server);
    const body = Buffer.from(JSON.stringify({ events: [foreign({ type: 'claim.made' })] }));
    const tricks: [string, string, RequestHeaders][] = STREAM_TRICKS.flatMap((stream) =>
      ['GET', 'POST', 'HEAD'].map((method): [string, string, RequestHeaders] => [
        method,
        `/api/v1/streams/${stream}/events`,
        {},
      ]),
    );
    for (const path of PATH_TRICKS) tricks.push(['GET', path, {}], ['POST', path, {}]);
    for (const method of METHODS) tricks.push([method, pathOfStream('claim-1'), {}]);
    for (const header of OVERRIDES) tricks.push(['GET', pathOfStream('claim-1'), header]);
    for (const credentials of [{}, parcels]) {
      for (const [method, target, headers] of tricks) {
        const answer = await sendRequest(guarded.server.http.url, {
          method,
          target,
          headers: Object.entries({
            ...headers,
            ...credentials,
            ...(method === 'POST' && { 'content-type': 'application/json' }),
          }),
          ...(method === 'POST' && { body }),
        });
        const { status } = answer;
        expect({
          method,
          target,
          headers,
          status,
          isRefused: status >= 400 && status < 500,
        }).toMatchObject({
          isRefused: true,
        });
      }
    }
    expect(await everythingStored(guarded.server)).toEqual(before);
  });

  it('is not opened by a key or a token that anything is changed of, or by anything else', async () => {
    const { http } = guarded.server;
    const good = [parcels.authorization, (await guarded.token('read:parcel')).authorization];
    for (const authorization of good) {
      expect((await http.get(EVENTS, { authorization })).status).toBe(200);
    }
    // The last character of a signature has bits that mean nothing.
    const changed = fc
      .tuple(fc.constantFrom(...good), fc.nat(), fc.constantFrom(...'aB0-_.~+/= '))
      .map(([text, nth, by]) => {
        const place = 'Bearer '.length + (nth % (text.length - 'Bearer '.length - 1));
        return [text, text.slice(0, place) + by + text.slice(place + 1)];
      })
      .filter(([before, after]) => before !== after)
      .map(([, after]) => after);
    const rubbish = fc.string({ minLength: 1, maxLength: 300, unit: 'binary-ascii' });
    const printable = fc
      .oneof(
        rubbish,
        rubbish.map((text) => `Bearer ${text}`),
        rubbish.map((text) => `Bearer hub_${text}`),
      )
      .map((text) => text.replace(/[^\x20-\x7e]/g, '').trim())
      .filter((text) => text !== '');
    await fc.assert(
      fc.asyncProperty(fc.oneof(changed, printable), async (authorization) => {
        expect((await http.get(EVENTS, { authorization })).status).toBe(401);
      }),
      { numRuns: RUNS },
    );
  });

  it('says 503 while the keys of tokens cannot be had, and lets in whoever needs none', async () => {
    const other = await GuardedServer.start();
    other.issuer.isAway = true;
    const token = await other.token('read:user');
    const { http } = other.server;
    const refused = await http.get(USERS, token);
    expectProblem(refused, 503, 'token-keys-unavailable');
    expect(refused.headers.get('retry-after')).toBe('1');
    expectProblem(await http.post(USERS, {}, token), 503, 'token-keys-unavailable');
    expect((await http.get('/health/live', token)).status).toBe(200);
    expect((await http.get(USERS, await other.key('read:user'))).status).toBe(200);
    other.issuer.isAway = false;
    expect((await http.get(USERS, token)).status).toBe(200);
    const { asked } = other.issuer;
    for (let nth = 0; nth < 20; nth++) await http.get(USERS, token);
    expect(other.issuer.asked).toBe(asked);
    await other.close();
  });

  it('says 503 while the table of keys cannot be read', async () => {
    const other = await GuardedServer.start();
    const key = await other.key('read:user');
    const table = jest.spyOn(other.server.app.get(ListApiKeys), 'execute');
    table.mockRejectedValue(new ApiKeysUnavailableError('gone'));
    const refused = await other.server.http.get(USERS, key);
    expectProblem(refused, 503, 'keys-unavailable');
    expect((await other.server.http.get('/health/live', key)).status).toBe(200);
    table.mockRestore();
    expect((await other.server.http.get(USERS, key)).status).toBe(200);
    await other.close();
  });

  it('lets a revoked key in nowhere any more within two seconds', async () => {
    const other = await startServer(guarded.database, { AUTH: 'on', HUB: 'on' });
    const servers = [guarded.server, other];
    const doomed = await guarded.namedKey('doomed', 'read:parcel');
    for (const { http } of servers) expect((await http.get(EVENTS, doomed)).status).toBe(200);
    // As an answer that goes on for long has it.
    const identity = await guarded.server.app.get(Authenticator).authenticate(doomed);
    expect(await identity?.isStillGood()).toBe(true);
    const subscriber = await Subscriber.to(other.http.url, '?category=parcel', doomed);
    const faithful = await Subscriber.to(other.http.url, '?category=parcel', parcels);
    await guarded.keys.revoke('doomed');
    const revokedAt = performance.now();
    const isOut = async ({ http }: typeof other): Promise<boolean> =>
      (await http.get(EVENTS, doomed)).status === 401;
    await Promise.all(servers.map((server) => until(() => isOut(server), 'the key is out')));
    expect(performance.now() - revokedAt).toBeLessThan(KEYS_ARE_FRESH_FOR_MS + 1_000);
    expect(await identity?.isStillGood()).toBe(false);
    await subscriber.ended;
    expect(performance.now() - revokedAt).toBeLessThan(2 * KEYS_ARE_FRESH_FOR_MS + 1_000);
    expect(faithful.hasEnded).toBe(false);
    await other.close();
  });
});

describe('Somebody who sends too many requests', () => {
  let guarded: GuardedServer;

  beforeAll(async () => {
    guarded = await GuardedServer.start({ RATE_LIMIT: '3', RATE_LIMIT_ANONYMOUS: '2' });
  });

  afterAll(() => guarded.close());

  it('is told to wait, and nobody else is', async () => {
    const { http } = guarded.server;
    const [greedy, modest] = [await guarded.key('read:user'), await guarded.key('read:user')];
    const answers: Answer[] = [];
    for (let nth = 0; nth < 4; nth++) answers.push(await http.get(USERS, greedy));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(answers.map(({ headers }) => headers.get('ratelimit-remaining'))).toEqual([
      ...['2', '1', '0', '0'],
    ]);
    expectProblem(answers[3], 429, 'too-many-requests');
    expect(answers[3].headers.get('ratelimit-limit')).toBe('3');
    expect(Number(answers[3].headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(answers[3].headers.get('ratelimit-reset'))).toBeLessThanOrEqual(60);
    expect((await http.get(USERS, modest)).status).toBe(200);
    expect((await http.get(USERS, await guarded.token('read:user'))).status).toBe(200);
  });

  it('counts by address while nobody knows who it is, whatever is sent', async () => {
    const { http } = guarded.server;
    const wrong = bearer(`hub_${'0'.repeat(16)}_${'a'.repeat(43)}`);
    const answers = [await http.get(USERS), await http.get(USERS, wrong), await http.get(USERS)];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 429]);
    expectProblem(await http.post(USERS, {}, wrong), 429, 'too-many-requests');
    const known = await guarded.key('read:user');
    expect((await http.get(USERS, known)).status).toBe(200);
  });
});

describe('Somebody unknown behind a proxy', () => {
  const statusesOf = async (settings: Readonly<Record<string, string>>): Promise<number[]> => {
    const guarded = await GuardedServer.start({ RATE_LIMIT_ANONYMOUS: '1', ...settings });
    const statuses: number[] = [];
    for (const from of ['203.0.113.7', '203.0.113.8', '203.0.113.7']) {
      const { status } = await guarded.server.http.get(USERS, { 'x-forwarded-for': from });
      statuses.push(status);
    }
    await guarded.close();
    return statuses;
  };

  it('has a limit of an address of his own, where the proxy is trusted', async () => {
    expect(await statusesOf({ TRUSTED_PROXIES: '127.0.0.0/8' })).toEqual([401, 401, 429]);
  });

  it('shares it with whoever names himself in the same way, where nobody or another is', async () => {
    expect(await statusesOf({})).toEqual([401, 429, 429]);
    expect(await statusesOf({ TRUSTED_PROXIES: '10.0.0.1' })).toEqual([401, 429, 429]);
  });
});

const STREAM_TRICKS = [
  ...['parcel-1%2f..%2fclaim-1', '..%2fstreams%2fclaim-1', '%2e%2e%2fclaim-1', 'claim-1%00'],
  ...['%00claim-1', 'claim-1%0d%0a', 'claim%2d1', 'Claim-1', 'CLAIM-1', 'claim-1%20', '%20claim-1'],
  ...[
    'claim-1;parcel-1',
    'claim-1%2f',
    'claim-1%5c..',
    '%c0%af',
    '%ff',
    '%zz',
    'claim',
    '-',
    '*-1',
  ],
  ...['%2a-1', 'claim%252d1', 'ｃlaim-1', 'claim-1?stream=parcel-1', `claim-${'x'.repeat(2_000)}`],
  ...[`claim-${'x'.repeat(300)}`, '__proto__-1', 'constructor-1'],
].map((stream) => encodeURI(stream).replaceAll('%25', '%'));

const PATH_TRICKS = [
  ...[
    '//api/v1/events',
    '/api/v1//events',
    '/api//v1/events',
    '/api/v1/./events',
    '/api/v1/x/../events',
  ],
  ...[
    '/api/v1/%65vents/',
    '/API/V1/EVENTS',
    '/api/v1/events;x',
    '/api/v1/events%00',
    '/api/v1/events%2f',
  ],
  ...['/api/v1/users%2f..%2fevents', '/health/../api/v1/users', '/health/live/../../api/v1/users'],
  ...[
    '/docs/../api/v1/users',
    '/docs/%2e%2e/api/v1/users',
    '/api/v1/users/',
    '/api/v1/users#x',
    '*',
  ],
  ...['/api/v1/streams/claim-1', '/api/v1/streams//events', '/metrics/', '/metrics%20', '/Metrics'],
];

const METHODS = [
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'SEARCH',
  'LOCK',
  'PURGE',
];

const OVERRIDES: readonly RequestHeaders[] = [
  { 'x-http-method-override': 'POST' },
  { 'x-method-override': 'DELETE' },
  { 'x-original-url': '/health/live' },
  { 'x-rewrite-url': '/health/live' },
  { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': 'localhost' },
  { 'x-forwarded-user': 'admin', 'x-real-ip': '127.0.0.1' },
];
