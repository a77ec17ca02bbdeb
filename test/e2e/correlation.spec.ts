import { type EdgeApp, startEdgeApp } from './support/edge-app.js';

const UUID_V7 = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
const VALID = { name: 'Ada', email: 'ada@example.org' };

let edge: EdgeApp;

beforeAll(async () => {
  edge = await startEdgeApp();
});

afterAll(() => edge.close());

const path = (rest: string) => `${edge.url}/api/v1/edge/${rest}`;

function postContext(body: object, headers: Record<string, string>) {
  return fetch(path('context'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

describe('The correlation id', () => {
  it.each([
    '/api/v1/edge/context',
    '/api/v1/edge/fail/unexpected',
    '/nowhere',
    '/%zz',
    '/docs/openapi.json',
  ])('of the request comes back with %s', async (url) => {
    const headers = { 'x-correlation-id': 'Order 4711/a' };
    const response = await fetch(edge.url + url, { headers });
    expect(response.headers.get('x-correlation-id')).toBe('Order 4711/a');
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['too long', 'x'.repeat(201)],
    ['no ASCII', 'caf\xe9'],
    ['no printable text', 'a\tb'],
  ])('is made up when it is %s', async (_what, id) => {
    const headers: Record<string, string> = id === undefined ? {} : { 'x-correlation-id': id };
    const response = await fetch(path('context'), { headers });
    const { correlationId } = (await response.json()) as { correlationId: string };
    expect(correlationId).toMatch(UUID_V7);
    expect(response.headers.get('x-correlation-id')).toBe(correlationId);
  });

  it('is taken up to 200 characters', async () => {
    const id = 'x'.repeat(200);
    const response = await fetch(path('context'), { headers: { 'x-correlation-id': id } });
    expect(await response.json()).toEqual({ correlationId: id });
  });

  it('is in the context of a handler after its body has arrived, for many requests at once', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => `request-${index}`);
    const bodies = await Promise.all(
      ids.map(async (id) =>
        (await postContext({ ...VALID, name: id }, { 'x-correlation-id': id })).json(),
      ),
    );
    expect(bodies).toEqual(ids.map((id) => ({ name: id, context: { correlationId: id } })));
  });
});

describe('The trace context', () => {
  const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  it('is taken over when it has the form of the W3C', async () => {
    const response = await fetch(path('context'), { headers: { traceparent: TRACEPARENT } });
    expect(await response.json()).toMatchObject({ traceparent: TRACEPARENT });
  });

  it.each([
    'rubbish',
    TRACEPARENT.toUpperCase(),
    TRACEPARENT.replace('00-', 'ff-'),
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01`,
  ])('is left out when it is %s', async (traceparent) => {
    const response = await fetch(path('context'), { headers: { traceparent } });
    expect(await response.json()).not.toHaveProperty('traceparent');
  });
});
