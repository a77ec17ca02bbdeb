import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';
import { startServer, type TestServer } from '../support/server.js';
import { TraceCollector } from '../support/trace-collector.js';
import { someone } from '../support/users-api.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const TRACEPARENT = `00-${TRACE}-${CALLER}-01`;

describe.each(DATABASE_KINDS)('A trace, on %s,', (kind) => {
  let database: TestDatabase;
  let collector: TraceCollector;
  let server: TestServer;

  beforeEach(async () => {
    database = await createDatabase(kind);
    collector = await TraceCollector.start();
    server = await startServer(database, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  });

  afterEach(async () => {
    await collector.close();
    await database.drop();
  });

  it('goes from the caller through request, command and append into the handler', async () => {
    await server.users.create(someone(), { traceparent: TRACEPARENT });
    await server.users.list();
    await server.close();
    const [request] = collector.named('POST /api/v1/users');
    const [command] = collector.named('command CreateUser');
    const [append] = collector.named('append');
    const [handling] = collector.named('handle user-list');
    expect([request, command, append, handling].map((span) => span.traceId)).toEqual(
      Array(4).fill(TRACE),
    );
    expect(request.parentSpanId).toBe(CALLER);
    expect(command.parentSpanId).toBe(request.spanId);
    expect(append.parentSpanId).toBe(command.spanId);
    // What an event was stored under is the command: that is what led to it.
    expect(handling.parentSpanId).toBe(command.spanId);
  });

  it('begins at the request where the caller has none, and says what failed', async () => {
    const user = someone();
    await server.users.create(user);
    const { status } = await server.users.create({ ...someone(), username: user.username });
    expect(status).toBe(409);
    await server.close();
    const [first, second] = collector.named('POST /api/v1/users');
    expect(first.parentSpanId).toBeUndefined();
    expect(first.traceId).not.toBe(second.traceId);
    const commands = collector.named('command CreateUser');
    expect(commands.map((span) => span.status.code ?? 0)).toEqual([0, 2]);
    // A refusal is no fault of the server's.
    expect([first, second].map((span) => span.status.code ?? 0)).toEqual([0, 0]);
  });

  it('links a batch of events to all that led to them', async () => {
    const other = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    await Promise.all(
      [TRACEPARENT, other].map((traceparent) => server.users.create(someone(), { traceparent })),
    );
    await server.users.list();
    await server.close();
    const handlings = collector.named('handle user-list');
    const led = handlings.flatMap(({ traceId, links = [] }) =>
      links.length > 0 ? links.map((link) => link.traceId) : [traceId],
    );
    expect(new Set(led)).toEqual(new Set([TRACE, 'a'.repeat(32)]));
  });
});

describe('Without an address for traces', () => {
  it('events keep the traceparent of the request', async () => {
    const database = await createDatabase('sqlite');
    const server = await startServer(database);
    const { body } = await server.users.create(someone(), { traceparent: TRACEPARENT });
    const history = await server.users.history(body.id);
    expect(history.body.items[0].metadata['traceparent']).toBe(TRACEPARENT);
    await server.close();
    await database.drop();
  });
});
