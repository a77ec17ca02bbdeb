import { type EdgeApp, SECRET, startEdgeApp } from './support/edge-app.js';

const VALID = { name: 'Ada', email: 'ada@example.org' };

let edge: EdgeApp;

beforeAll(async () => {
  edge = await startEdgeApp();
});

afterAll(() => edge.close());

const path = (rest: string) => `${edge.url}/api/v1/edge/${rest}`;

function post(rest: string, body: unknown, headers: Record<string, string> = {}) {
  return fetch(path(rest), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  });
}

/** What every problem must be, whatever its cause. */
async function problemIn(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text();
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(text).not.toMatch(/ at .*:\d+:\d+|node_modules/);
  expect(text).not.toContain(SECRET);
  const problem = JSON.parse(text) as Record<string, unknown>;
  expect(problem).toMatchObject({
    type: `/problems/${String(problem.code)}`,
    title: expect.any(String) as string,
    status: response.status,
    detail: expect.any(String) as string,
    instance: new URL(response.url).pathname,
    correlationId: response.headers.get('x-correlation-id'),
  });
  return problem;
}

describe('A body', () => {
  it('becomes an instance of the DTO', async () => {
    const response = await post('echo', { ...VALID, address: { city: 'Paris' } });
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({
      isEchoDto: true,
      body: { ...VALID, address: { city: 'Paris' } },
    });
  });

  it('keeps its Unicode, escaped or not', async () => {
    const response = await post(
      'echo',
      '{"name":"\\u0000 \\ud83d\\ude00 Zoë","email":"z@example.org"}',
    );
    expect(await response.json()).toMatchObject({ body: { name: '\0 😀 Zoë' } });
  });

  it.each([
    ['a missing field', { name: 'Ada' }, ['email']],
    ['a wrong type, without converting it', { ...VALID, name: 7 }, ['name']],
    ['an unknown field', { ...VALID, isAdmin: true }, ['isAdmin']],
    ['a nested field', { ...VALID, address: { city: '' } }, ['address.city']],
    ['an unknown nested field', { ...VALID, address: { city: 'Rome', zip: 1 } }, ['address.zip']],
    ['an item of a list', { ...VALID, addresses: [{ city: 'Rome' }, {}] }, ['addresses.1.city']],
    ['several fields at once', {}, ['name', 'email']],
    ['null', null, ['name', 'email']],
  ])('is refused for %s, and told where', async (_what, body, fields) => {
    const response = await post('echo', body);
    expect(response.status).toBe(400);
    const problem = await problemIn(response);
    expect(problem.code).toBe('validation-failed');
    const errors = problem.errors as { field: string; messages: string[] }[];
    expect(errors.map(({ field }) => field)).toEqual(fields);
    for (const { messages } of errors) expect(messages).not.toEqual([]);
  });

  it.each([
    ['a list', [VALID]],
    ['an empty list', []],
    ['a text', '"Ada"'],
    ['a number', 1],
    ['a list of 100 levels', '['.repeat(100) + ']'.repeat(100)],
    ['an object of 100 levels', '{"a":'.repeat(100) + '1' + '}'.repeat(100)],
  ])('is refused when it is %s', async (_what, body) => {
    const response = await post('echo', body);
    expect(response.status).toBe(400);
    expect((await problemIn(response)).code).toBe('validation-failed');
  });

  it('gets at most 50 of its wrong fields reported', async () => {
    const addresses = Array.from({ length: 500 }, () => ({}));
    const problem = await problemIn(await post('echo', { ...VALID, addresses }));
    expect(problem.errors).toHaveLength(50);
  });

  it.each([
    ['is cut off', '{"name":', 400, 'malformed-json'],
    ['is empty', '', 400, 'malformed-json'],
    ['is no UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), 400, 'malformed-json'],
    ['reaches for the prototype', '{"__proto__":{"isAdmin":true}}', 400, 'malformed-json'],
    ['is a list of 101 levels', '['.repeat(101) + ']'.repeat(101), 400, 'body-too-deep'],
    ['is an object of many levels', '{"a":'.repeat(1_900), 400, 'body-too-deep'],
    ['is too large', JSON.stringify({ name: 'x'.repeat(10_000) }), 413, 'body-too-large'],
  ])('is refused when it %s', async (_what, body, status, code) => {
    const response = await post('echo', body);
    expect(response.status).toBe(status);
    expect((await problemIn(response)).code).toBe(code);
  });

  it('may hold as many brackets in its texts as it likes', async () => {
    const name = '[{"\\'.repeat(200);
    expect(await (await post('echo', { ...VALID, name })).json()).toMatchObject({ body: { name } });
  });

  it('is taken at exactly the limit', async () => {
    const empty = JSON.stringify({ ...VALID, name: '' });
    const body = JSON.stringify({ ...VALID, name: 'x'.repeat(10_000 - empty.length) });
    expect(body).toHaveLength(10_000);
    expect((await post('echo', body)).status).toBe(201);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'rubbish',
  ])('is refused as %s', async (type) => {
    const response = await post('echo', VALID, { 'content-type': type });
    expect(response.status).toBe(415);
    expect((await problemIn(response)).code).toBe('unsupported-media-type');
  });

  it('may be missing, and is then validated like an empty one', async () => {
    const response = await fetch(path('echo'), { method: 'POST' });
    expect((await problemIn(response)).code).toBe('validation-failed');
  });
});

describe('A query', () => {
  it('is converted where the DTO says so', async () => {
    expect(await (await fetch(path('page?limit=5'))).json()).toEqual({ limit: 5 });
  });

  it.each(['limit=five', 'limit=1&limit=2', 'offset=1'])('is refused as %s', async (query) => {
    const response = await fetch(path(`page?${query}`));
    expect(response.status).toBe(400);
    expect((await problemIn(response)).code).toBe('validation-failed');
  });
});

describe('A failure of a handler', () => {
  it.each([
    ['domain', 422, 'limit-exceeded', 'The limit of 10 is exceeded.'],
    ['concurrency', 409, 'concurrency-conflict', /user-1.*3.*4/],
    ['unavailable', 503, 'store-unavailable', /may succeed shortly/],
    ['failure', 500, 'internal-error', /correlation id/],
    ['unexpected', 500, 'internal-error', /correlation id/],
    ['connection', 500, 'internal-error', /correlation id/],
    ['not-found', 404, 'not-found', 'There is no such order.'],
    ['conflict', 409, 'conflict', 'Conflict'],
    ['coded', 429, 'slow-down', 'Too many.'],
  ])('of kind %s is answered with %i %s', async (kind, status, code, detail) => {
    for (const method of ['GET', 'PUT']) {
      const response = await fetch(path(`fail/${kind}`), { method });
      expect(response.status).toBe(status);
      const problem = await problemIn(response);
      expect(problem).toMatchObject({ code, detail: expect.stringMatching(detail) as string });
    }
  });

  it('to meet a precondition of the request is answered with 412', async () => {
    const response = await fetch(path('fail/concurrency'), { headers: { 'if-match': '"3"' } });
    expect(response.status).toBe(412);
    expect((await problemIn(response)).code).toBe('concurrency-conflict');
  });

  it('that may pass says when to try again', async () => {
    const response = await fetch(path('fail/unavailable'));
    expect(response.headers.get('retry-after')).toBe('1');
  });

  it('that is unexpected is logged with its stack under the correlation id', async () => {
    await fetch(path('fail/unexpected?token=x'), { headers: { 'x-correlation-id': 'find-me' } });
    expect(edge.problemsLogged).toContainEqual([
      expect.objectContaining({
        message: SECRET,
        stack: expect.stringContaining('TypeError') as string,
      }),
      { method: 'GET', path: '/api/v1/edge/fail/unexpected', correlationId: 'find-me' },
      'ProblemDetailsFilter',
    ]);
  });
});

describe('A request to nowhere', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/api/v1/nowhere'],
    ['GET', '/edge/context'],
    ['GET', '/api/edge/context'],
    ['GET', '/api/v2/edge/context'],
    ['DELETE', '/api/v1/edge/context'],
    ['OPTIONS', '/api/v1/edge/context'],
    ['PROPFIND', '/api/v1/edge/context'],
  ])('%s %s is answered with 404 route-not-found', async (method, url) => {
    const response = await fetch(edge.url + url, { method });
    expect(response.status).toBe(404);
    expect((await problemIn(response)).code).toBe('route-not-found');
  });

  it.each([
    ['encoded wrongly', '%zz', 400, 'malformed-url'],
    ['encoded, and no UTF-8', '%ff', 400, 'malformed-url'],
    ['too long', 'x'.repeat(1_025), 414, 'url-too-long'],
  ])('that is %s is refused, with all headers', async (_what, item, status, code) => {
    const response = await fetch(path(`items/${item}`));
    expect(response.status).toBe(status);
    expect((await problemIn(response)).code).toBe(code);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
  });

  it('finds an item by any name that a stream may have', async () => {
    const id = 'ä/%🚀 #?&'.padEnd(80, 'ü');
    const response = await fetch(path(`items/${encodeURIComponent(id)}`));
    expect(await response.json()).toEqual({ id });
  });

  it('has no body when it is a HEAD request', async () => {
    const response = await fetch(path('nowhere'), { method: 'HEAD' });
    expect(response.status).toBe(404);
    expect(await response.text()).toBe('');
  });
});

describe('Every response', () => {
  it('to HEAD has the headers of GET and no body', async () => {
    const response = await fetch(path('context'), { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0);
    expect(await response.text()).toBe('');
  });

  it.each(['/api/v1/edge/context', '/nowhere', '/%zz', '/docs/openapi.json'])(
    'protects browsers and does not tell what serves it: %s',
    async (url) => {
      const { headers } = await fetch(edge.url + url, {
        headers: { origin: 'http://evil.example' },
      });
      expect(headers.get('content-security-policy')).toContain("script-src 'self'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.has('server')).toBe(false);
      expect(headers.has('x-powered-by')).toBe(false);
      expect(headers.has('access-control-allow-origin')).toBe(false);
    },
  );
});
