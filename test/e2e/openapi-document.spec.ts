import { BuiltServer } from '../support/built-server.js';
import { createDatabase, type TestDatabase } from '../support/databases.js';
import {
  OpenApiDocument,
  type Operation,
  type Schema,
} from '../support/openapi/openapi-document.js';

const POSITION = 'Hub-Position';
const LISTS = [
  'GET /api/v1/users',
  'GET /api/v1/accounts',
  'GET /api/v1/accounts/{id}/statement',
  'GET /api/v1/transfers',
  'GET /api/v1/transfers/{id}',
];
const MOVEMENTS = ['POST /api/v1/accounts/{id}/deposits', 'POST /api/v1/accounts/{id}/withdrawals'];

/** Operations that say in their path all there is to say. */
const WITHOUT_BODY = /(pause|resume|skip|retry|rebuild|verify|members|heartbeat)$/;

/** The built server's: the build adds to the document what comments and types say. */
describe('The OpenAPI document of the built server', () => {
  let database: TestDatabase;
  let server: BuiltServer;
  let document: OpenApiDocument;

  beforeAll(async () => {
    database = await createDatabase('sqlite');
    server = await BuiltServer.start(database, { HUB: 'on' });
    document = await OpenApiDocument.of(server.http);
  });

  afterAll(async () => {
    await server.kill();
    await database.drop();
  });

  const responsesOf = (name: string): string[] =>
    Object.keys(document.operation(name).responses).sort();

  const headersOf = (name: string, status: number): string[] =>
    Object.keys(document.operation(name).responses[status].headers ?? {});

  const schemasBelow = (path: string, schema: Schema): [string, Schema][] =>
    Object.entries(schema.properties ?? {}).map(([name, own]) => [`${path}.${name}`, own]);

  it('has every operation, and what each may answer', () => {
    const statuses = document.operations.map(({ name }) => [name, responsesOf(name).join(' ')]);
    expect(Object.fromEntries(statuses)).toEqual({
      'POST /api/v1/users': '201 400 409 413 414 415 422 503',
      'GET /api/v1/users': '200 400 409 414 503',
      'GET /api/v1/users/{id}': '200 400 404 414 503',
      'PATCH /api/v1/users/{id}': '200 400 404 409 412 413 414 415 503',
      'DELETE /api/v1/users/{id}': '204 400 404 409 412 413 414 415 503',
      'GET /api/v1/users/{id}/history': '200 400 404 414 503',
      'POST /api/v1/accounts': '201 400 413 414 415 422 503',
      'GET /api/v1/accounts': '200 400 409 414 503',
      'GET /api/v1/accounts/{id}': '200 400 404 414 503',
      'GET /api/v1/accounts/{id}/statement': '200 400 404 409 414 503',
      'POST /api/v1/accounts/{id}/deposits': '200 400 404 409 412 413 414 415 422 503',
      'POST /api/v1/accounts/{id}/withdrawals': '200 400 404 409 412 413 414 415 422 503',
      'DELETE /api/v1/accounts/{id}': '204 400 404 409 412 413 414 415 503',
      'POST /api/v1/transfers': '201 400 413 414 415 422 503',
      'GET /api/v1/transfers': '200 400 409 414 503',
      'GET /api/v1/transfers/{id}': '200 400 404 409 414 503',
      'GET /api/v1/processors': '200 400 414 503',
      'GET /api/v1/processors/{name}': '200 400 404 414 503',
      'POST /api/v1/processors/{name}/pause': '200 400 403 404 413 414 415 503',
      'POST /api/v1/processors/{name}/resume': '200 400 403 404 413 414 415 503',
      'GET /api/v1/parked-events': '200 400 414 503',
      'GET /api/v1/processors/{name}/parked-events/{position}': '200 400 404 414 503',
      'POST /api/v1/processors/{name}/parked-events/{position}/skip':
        '204 400 403 404 409 413 414 415 503',
      'POST /api/v1/processors/{name}/parked-streams/{stream}/retry':
        '200 400 403 404 413 414 415 503',
      'GET /api/v1/projections': '200 400 414 503',
      'GET /api/v1/projections/{name}': '200 400 404 414 503',
      'POST /api/v1/projections/{name}/rebuild': '202 400 403 404 409 413 414 415 503',
      'DELETE /api/v1/projections/{name}/rebuild': '204 400 403 404 413 414 415 503',
      'POST /api/v1/projections/{name}/verify': '202 400 403 404 409 413 414 415 503',
      'POST /api/v1/streams/{stream}/events': '201 400 403 409 412 413 414 415 422 503',
      'GET /api/v1/streams/{stream}/events': '200 304 400 404 414 503',
      'POST /api/v1/batches': '201 400 403 409 413 414 415 422 503',
      'GET /api/v1/events': '200 400 409 414 503',
      'GET /api/v1/schemas': '200 400 414 503',
      'GET /api/v1/schemas/{type}': '200 400 404 414 503',
      'PUT /api/v1/schemas/{type}': '200 400 403 409 413 414 415 503',
      'GET /api/v1/schemas/{type}/{version}': '200 400 404 414 503',
      'PUT /api/v1/schemas/{type}/{version}': '200 201 400 403 409 413 414 415 422 503',
      'GET /api/v1/events/subscribe': '200 400 409 414 503',
      'POST /api/v1/appends': '200 400 403 413 414 415 503',
      'GET /api/v1/events/{id}': '200 400 404 414 503',
      'GET /api/v1/groups': '200 400 414 503',
      'GET /api/v1/groups/{group}': '200 400 404 414 503',
      'PUT /api/v1/groups/{group}': '200 201 400 403 409 413 414 415 503',
      'DELETE /api/v1/groups/{group}': '204 400 403 404 413 414 415 503',
      'POST /api/v1/groups/{group}/members': '201 400 403 404 409 413 414 415 503',
      'DELETE /api/v1/groups/{group}/members/{member}': '204 400 403 404 413 414 415 503',
      'POST /api/v1/groups/{group}/members/{member}/heartbeat':
        '200 400 403 404 409 413 414 415 503',
      'POST /api/v1/groups/{group}/members/{member}/deliveries':
        '200 400 403 404 409 413 414 415 503',
      'POST /api/v1/groups/{group}/members/{member}/acks': '200 400 403 404 409 413 414 415 503',
      'POST /api/v1/groups/{group}/members/{member}/nacks': '200 400 403 404 409 413 414 415 503',
      'GET /api/v1/groups/{group}/parked-events': '200 400 404 414 503',
      'POST /api/v1/groups/{group}/parked-events/{position}/skip':
        '204 400 403 404 409 413 414 415 503',
      'POST /api/v1/groups/{group}/parked-streams/{stream}/retry':
        '200 400 403 404 413 414 415 503',
      'GET /health/live': '200',
      'GET /health/ready': '200 503',
    });
  });

  it('says in words what everything of the services is', () => {
    const isSilent = (text?: string): boolean => !text?.trim();
    const ofServices = document.operations.filter(({ path }) => path.startsWith('/api/'));
    const silent = ofServices.flatMap(({ name, summary, parameters, responses }: Operation) => [
      ...(isSilent(summary) ? [name] : []),
      ...parameters
        .filter(({ description }) => isSilent(description))
        .map((parameter) => `${name}: ${parameter.name}`),
      ...Object.entries(responses)
        .filter(([, { description }]) => isSilent(description))
        .map(([status]) => `${name}: ${status}`),
    ]);
    const silentProperties = Object.entries(document.schemas)
      .filter(([name]) =>
        /^(User|CreateUser|ChangeEmail|Account|OpenAccount|Movement|Statement|Transfer|RequestTransfer|Process|Parked|Project|Rebuild|Verification|TableVerification|EventToAppend|Append|StreamAppend|Batch|Logged|StreamPage|LogPage|EventDetails|CloudEvent|Schema)/.test(
          name,
        ),
      )
      .flatMap(([name, schema]) => schemasBelow(name, schema))
      .filter(([, { description }]) => isSilent(description))
      .filter(([path]) => !/nextCursor$/.test(path))
      .map(([path]) => path);
    expect([...silent, ...silentProperties]).toEqual([]);
  });

  it('has the schema of every body', () => {
    const bodies = document.operations.flatMap(({ name, body, responses }) => [
      ...(/^(POST|PATCH)/.test(name) && !WITHOUT_BODY.test(name) ? [{ name, schema: body }] : []),
      ...Object.entries(responses)
        .filter(([status]) => status !== '204' && status !== '304')
        .filter(([, { content }]) => content?.['text/event-stream'] === undefined)
        .map(([status, { content }]) => ({
          name: `${name} ${status}`,
          schema:
            content?.[status < '400' ? 'application/json' : 'application/problem+json'].schema,
        })),
    ]);
    for (const { name, schema } of bodies) {
      const { type, properties } = schema ? document.resolve(schema) : {};
      expect({ name, type }).toEqual({ name, type: 'object' });
      expect(Object.keys(properties ?? {})).not.toEqual([]);
    }
  });

  it('has the formats and bounds of fields and parameters', () => {
    const { CreateUserDto, ChangeEmailDto, UserView, UserHistoryEventDto } = document.schemas;
    expect(CreateUserDto).toMatchObject({
      required: ['username', 'email'],
      properties: {
        username: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9._-]{2,31}$' },
        email: { type: 'string', format: 'email', maxLength: 254 },
      },
    });
    expect(ChangeEmailDto).toMatchObject({
      required: ['email'],
      properties: { email: { type: 'string', format: 'email', maxLength: 254 } },
    });
    expect(UserView.properties).toMatchObject({
      id: { format: 'uuid' },
      email: { format: 'email' },
      status: { enum: ['active', 'deactivated'] },
      revision: { type: 'integer' },
    });
    expect(UserHistoryEventDto.properties).toMatchObject({
      id: { format: 'uuid' },
      position: { type: 'integer' },
      recordedAt: { format: 'date-time' },
    });
    expect(document.schemas.OpenAccountDto).toMatchObject({
      required: ['owner', 'currency'],
      properties: { owner: { format: 'uuid' }, currency: { format: 'iso-4217' } },
    });
    expect(document.schemas.MovementDto).toMatchObject({
      required: ['amount', 'currency'],
      properties: {
        amount: { type: 'integer', minimum: 1, maximum: 1e15 },
        description: { type: 'string', minLength: 1, maxLength: 140 },
      },
    });
    expect(document.schemas.AccountView.properties).toMatchObject({
      balance: { type: 'integer' },
      available: { type: 'integer' },
      status: { enum: ['open', 'closed'] },
    });
    expect(document.schemas.StatementLineDto.properties).toMatchObject({
      time: { format: 'date-time' },
      kind: { enum: ['deposit', 'withdrawal', 'capture'] },
      description: { type: 'string', nullable: true },
      transferId: { format: 'uuid', nullable: true },
    });
    expect(document.schemas.RequestTransferDto).toMatchObject({
      required: ['from', 'to', 'amount', 'currency'],
      properties: {
        from: { format: 'uuid' },
        to: { format: 'uuid' },
        amount: { type: 'integer', minimum: 1, maximum: 1e15 },
        currency: { format: 'iso-4217' },
        description: { type: 'string', minLength: 1, maxLength: 140 },
      },
    });
    expect(document.schemas.TransferWithStepsDto.properties).toMatchObject({
      id: { format: 'uuid' },
      status: { enum: ['pending', 'completed', 'refunded', 'failed'] },
      reasonCode: { type: 'string', nullable: true },
      expiresAt: { format: 'date-time' },
      steps: { type: 'array' },
    });
    expect(document.schemas.TransferStepDto.properties).toMatchObject({
      time: { format: 'date-time' },
      kind: { enum: expect.arrayContaining(['reserved', 'released', 'refunded']) as unknown },
      accountId: { format: 'uuid', nullable: true },
    });
    expect(parameter('GET /api/v1/transfers', 'account')).toMatchObject({
      required: false,
      schema: { format: 'uuid' },
    });
    expect(parameter('GET /api/v1/accounts', 'owner')).toMatchObject({
      required: false,
      schema: { format: 'uuid' },
    });
    expect(document.schemas.EventToAppendDto).toMatchObject({
      required: ['id', 'type', 'data'],
      properties: {
        id: { format: 'uuid' },
        type: { pattern: expect.stringContaining('[a-z]') as string, maxLength: 200 },
        version: { type: 'integer', minimum: 1, default: 1 },
        metadata: { type: 'object', additionalProperties: true },
      },
    });
    expect(document.schemas.StreamAppendDto.required?.toSorted()).toEqual(['events', 'stream']);
    expect(document.schemas.LoggedEventDto.properties).toMatchObject({
      position: { type: 'integer' },
      recordedAt: { format: 'date-time' },
    });
    expect(parameter('GET /api/v1/events', 'limit').schema).toMatchObject({ maximum: 1_000 });
    expect(parameter('GET /api/v1/events', 'type').schema).toMatchObject({ type: 'array' });
    expect(parameter('GET /api/v1/users/{id}', 'id').schema.format).toBe('uuid');
    expect(parameter('GET /api/v1/users/{id}', 'at').schema.format).toBe('date-time');
    expect(parameter('GET /api/v1/users', 'limit')).toMatchObject({
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
    });
  });

  it('names every parameter once, and demands none but those of the path', () => {
    for (const { name, parameters } of document.operations) {
      const names = parameters.map((each) => each.name.toLowerCase());
      expect(new Set(names).size).toBe(names.length);
      const demanded = parameters.filter(({ required }) => required).map((each) => each.name);
      const ofPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
      expect({ name, demanded: demanded.sort() }).toEqual({ name, demanded: ofPath.sort() });
    }
  });

  it('names the headers that a client needs', () => {
    expect(headersOf('POST /api/v1/users', 201)).toEqual(['Location', 'ETag', POSITION]);
    expect(headersOf('GET /api/v1/users/{id}', 200)).toEqual(['ETag']);
    expect(headersOf('PATCH /api/v1/users/{id}', 200)).toEqual(['ETag', POSITION]);
    expect(headersOf('DELETE /api/v1/users/{id}', 204)).toEqual([POSITION]);
    expect(headersOf('POST /api/v1/accounts', 201)).toEqual(['Location', 'ETag', POSITION]);
    for (const movement of MOVEMENTS) expect(headersOf(movement, 200)).toEqual(['ETag', POSITION]);
    expect(headersOf('DELETE /api/v1/accounts/{id}', 204)).toEqual([POSITION]);
    expect(headersOf('POST /api/v1/streams/{stream}/events', 201)).toEqual(['ETag', POSITION]);
    expect(headersOf('POST /api/v1/batches', 201)).toEqual([POSITION]);
    expect(headersOf('GET /api/v1/streams/{stream}/events', 304)).toEqual(['ETag']);
    expect(headersOf('GET /api/v1/events', 200)).toEqual(['Hub-Next-After']);
    expect(headersOf('POST /api/v1/transfers', 201)).toEqual(['Location', POSITION]);
    for (const list of LISTS) {
      expect(parameter(list, 'after')).toMatchObject({ in: 'query', schema: { type: 'integer' } });
      expect(parameter(list, 'Hub-After')).toMatchObject({ in: 'header' });
    }
    for (const header of ['If-Match', 'If-None-Match']) {
      expect(parameter('POST /api/v1/streams/{stream}/events', header).in).toBe('header');
    }
    const repeatable = ['users', 'accounts', 'transfers'].map((name) => `POST /api/v1/${name}`);
    for (const name of [...repeatable, ...MOVEMENTS]) {
      expect(parameter(name, 'Idempotency-Key').in).toBe('header');
    }
    for (const name of [...MOVEMENTS, 'DELETE /api/v1/accounts/{id}']) {
      expect(parameter(name, 'If-Match').in).toBe('header');
    }
    expect(parameter('PATCH /api/v1/users/{id}', 'If-Match').in).toBe('header');
    expect(parameter('DELETE /api/v1/users/{id}', 'If-Match').in).toBe('header');
  });

  it('is shown on a page for people', async () => {
    const { status, headers } = await server.http.get('/docs');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('text/html');
  });

  function parameter(operation: string, name: string) {
    const found = document.operation(operation).parameters.find((each) => each.name === name);
    if (!found) throw new Error(`${operation} has no parameter ${name}.`);
    return found;
  }
});
