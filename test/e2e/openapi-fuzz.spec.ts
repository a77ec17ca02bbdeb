import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { until } from '../support/async.js';
import { BuiltServer } from '../support/built-server.js';
import { createDatabase, type TestDatabase } from '../support/databases.js';
import { type DeliveryBody, GroupApi, positionsOf } from '../support/groups-api.js';
import { loggedEvents, misplacedEvents } from '../support/logged-events.js';
import { MoneyAudit } from '../support/money-audit.js';
import {
  BODY_LIMIT,
  type FuzzedRequest,
  knownValueOf,
  requestTo,
} from '../support/openapi/arbitrary-requests.js';
import { FuzzingCallers, trespasses } from '../support/openapi/fuzzing-callers.js';
import { KNOWN_ACCOUNT, STREAMS } from '../support/openapi/arbitrary-values.js';
import { OpenApiDocument, type Operation } from '../support/openapi/openapi-document.js';
import { OperationsApi } from '../support/operations-api.js';
import { PoisonedUser } from '../support/poisoned-user.js';
import {
  isEndless,
  type RawAnswer,
  type RawRequest,
  sendRequest,
} from '../support/openapi/raw-request.js';
import { schemaMismatches } from '../support/openapi/schema-mismatches.js';

const RUNS = Number(process.env.FUZZ_RUNS ?? 1_000);
const SEED = process.env.FUZZ_SEED === undefined ? undefined : Number(process.env.FUZZ_SEED);
/** A refund takes a transfer between accounts of two currencies, of which there are few. */
const ENOUGH_FOR_EVERY_END = 20_000;
const TIMEOUT_MS = 60_000 + RUNS * 50;

const REFUSALS = ['400', '404', '409', '412', '413', '415', '422'];
const NO_RATE_LIMITS = { RATE_LIMIT: '100000000', RATE_LIMIT_ANONYMOUS: '100000000' };
const CLOSED = new Set(['EPIPE', 'ECONNRESET']);

/**
 * Users and accounts are to live long enough to be changed, and money rarely goes: most amounts are too much. What reads
 * has many parameters, of which one that is odd is enough for a refusal; what looks after processors has none.
 */
const WEIGHTS: Readonly<Record<string, number>> = {
  GET: 5,
  POST: 6,
  PATCH: 6,
  DELETE: 1,
  'DELETE /api/v1/accounts/{id}': 3,
  'POST /api/v1/accounts/{id}/withdrawals': 15,
  'POST /api/v1/transfers': 15,
  'POST /api/v1/processors/{name}/pause': 2,
  'POST /api/v1/processors/{name}/resume': 2,
  'POST /api/v1/processors/{name}/parked-events/{position}/skip': 4,
  'POST /api/v1/processors/{name}/parked-streams/{stream}/retry': 2,
  'POST /api/v1/projections/{name}/rebuild': 8,
  'DELETE /api/v1/projections/{name}/rebuild': 10,
  'POST /api/v1/projections/{name}/verify': 2,
  'POST /api/v1/streams/{stream}/events': 15,
  'POST /api/v1/batches': 15,
  'GET /api/v1/events': 12,
  'PUT /api/v1/schemas/{type}': 12,
  'PUT /api/v1/schemas/{type}/{version}': 6,
  'GET /api/v1/events/subscribe': 8,
  'POST /api/v1/groups/{group}/members': 4,
  'POST /api/v1/groups/{group}/members/{member}/deliveries': 4,
  'POST /api/v1/groups/{group}/members/{member}/heartbeat': 2,
  'POST /api/v1/groups/{group}/parked-events/{position}/skip': 3,
  'POST /api/v1/groups/{group}/parked-streams/{stream}/retry': 2,
  'POST /api/v1/appends': 15,
};

/** As many are known of each collection, so that requests meet on them; beside the accounts that had money first. */
const KNOWN = 10;
const RICH_ACCOUNTS = 3;
/** Requests at the most to what has not been answered by 2xx so far. */
const MORE = 1_000;

/** No list depends on it, so that one that is paused keeps no list from being answered. */
const PAUSED = 'open-account-when-user-is-created';
/** The processor of a list has parked a stream of events at these positions, none of which it can handle. */
const PARKING = 'user-list';
const ALL_PARKED = Array.from({ length: 100 }, (_, index) => index + 1);
/** The read model that is rebuilt and verified, and must still say what the statements say. */
const REBUILT = 'account-balances';

/** A consumer group whose members come and go, and one that has parked the same events as the processor. */
const STEADY = 'steady';
const PARKED = 'parked';
/** One may wait for half of it. */
const LEASE_MS = 2_000;

/** Refusals of what never becomes a request to an operation. */
const OF_NO_OPERATION = new Set(['route-not-found', 'malformed-url', 'headers-too-large']);

describe.each([
  ['sqlite', 'off'],
  ['postgres', 'on'],
] as const)('Whatever is sent to the API, on %s with AUTH=%s,', (kind, auth) => {
  let database: TestDatabase;
  let server: BuiltServer;
  let document: OpenApiDocument;
  let poisoned: PoisonedUser;
  /** Where the server asks who they are. */
  let callers: FuzzingCallers | undefined;

  const pending = async (): Promise<number> =>
    new MoneyAudit(await loggedEvents(database)).pending.length;

  beforeAll(async () => {
    database = await createDatabase(kind);
    poisoned = await parkedUser(database);
    if (auth === 'on') callers = await FuzzingCallers.on(database);
    server = await BuiltServer.start(database, { HUB: 'on', AUTH: auth, ...NO_RATE_LIMITS });
    server.credentials = callers?.everything ?? {};
    document = await OpenApiDocument.of(server.http);
    const group = { partitions: 1, maxAttempts: 100, leaseMs: LEASE_MS };
    await new GroupApi(server.http, STEADY).create(group);
    await parkForGroup(new GroupApi(server.http, PARKED), { ...group, categories: ['user'] });
  });

  afterAll(async () => {
    await server.kill();
    await database.drop();
  });

  it(
    'is answered as the document says, and never with a 5xx',
    async () => {
      const seen = new Map<string, number>();
      const known = new KnownValues(await richAccounts(server), poisoned);
      const requestsTo = (operations: readonly Operation[]): fc.Arbitrary<FuzzedRequest> =>
        fc.oneof(
          ...operations.map((operation) => ({
            arbitrary: requestTo(operation, document),
            weight: WEIGHTS[operation.name] ?? WEIGHTS[operation.method] ?? 2,
          })),
        );
      const send = async (request: FuzzedRequest, nth: number): Promise<void> => {
        const target = known.inTarget(request, nth);
        const body = known.inBody(request, nth);
        const caller = callers?.of(nth);
        const headers = [...request.headers, ...Object.entries(caller?.headers ?? {})];
        const sent = { ...request, target, body, headers };
        const answer = await sendRequest(server.http.url, sent).catch(
          (error: NodeJS.ErrnoException) => {
            server.assertRunning();
            // Who is refused while still sending may find the connection closed before the refusal.
            if (!CLOSED.has(error.code ?? '') || !isTooLarge(request)) throw error;
          },
        );
        if (!answer) return;
        const operation = document.operation(request.operation);
        expect(faultsOf(answer, operation, document)).toEqual([]);
        expect(caller ? trespasses(caller, answer, operation) : []).toEqual([]);
        const sort = `${request.operation} ${answer.status}`;
        seen.set(sort, (seen.get(sort) ?? 0) + 1);
        if (answer.status === 201) known.add(request.operation, answer.body);
        if (answer.status === 200) known.handedOut(target, answer.body);
        if (answer.status === 204) known.skipped(request.operation);
      };
      await fc.assert(fc.asyncProperty(requestsTo(document.operations), fc.nat(), send), {
        numRuns: RUNS,
        seed: SEED,
      });
      if (RUNS < 1_000) return;
      // Chance may have left something out. It gets more of its turns, with those that lead to it.
      const sendMore = async (to: readonly Operation[], isEnough: () => boolean): Promise<void> => {
        const more = fc.tuple(requestsTo(to), fc.nat());
        for (const [request, nth] of fc.sample(more, { numRuns: MORE, seed: SEED })) {
          if (isEnough()) return;
          await send(request, nth);
        }
      };
      for (const operation of document.operations) {
        const related = document.operations.filter(
          ({ name }) => collectionOf(name) === collectionOf(operation.name),
        );
        await sendMore(related, () => isAnswered(operation, seen));
      }
      for (const status of REFUSALS) {
        const refusing = document.operations.filter(({ responses }) => status in responses);
        await sendMore(refusing, () => statusesOf(seen).has(status));
      }
      expectVariety(seen, document, callers ? [...REFUSALS, '401', '403'] : REFUSALS);
    },
    TIMEOUT_MS,
  );

  it('leaves no processor behind, when those go on that were paused, and the parked events in their order', async () => {
    const operations = new OperationsApi(server.http);
    const { items } = (await operations.processors()).body;
    const paused = items.filter(({ state }) => state === 'paused');
    expect(paused.map(({ name }) => name).filter((name) => name !== PAUSED)).toEqual([]);
    expect((await operations.resume(PAUSED)).status).toBe(200);
    await until(async () => (await operations.processor(PAUSED)).body.lagEvents === 0);
    const { body } = await operations.parked({ processor: PARKING, limit: 200 });
    const left = body.items.map(({ position }) => position);
    expect(left).toEqual(ALL_PARKED.slice(ALL_PARKED.length - left.length));
    expect(items.find(({ name }) => name === PARKING)?.parked).toBe(left.length);
    expect(left.length).toBeGreaterThan(0);
  });

  it('leaves of what a consumer group has parked what was not skipped, in its order', async () => {
    const group = new GroupApi(server.http, PARKED);
    const { items } = (await group.parked({ limit: 200 })).body;
    const left = items.map(({ position }) => position);
    expect(left).toEqual(ALL_PARKED.slice(ALL_PARKED.length - left.length));
    expect((await group.status()).body).toMatchObject({ parked: left.length, inFlight: 0 });
  });

  it('leaves nothing in the log that whoever has sent it may not append', async () => {
    expect(callers?.trespassesIn(await loggedEvents(database)) ?? []).toEqual([]);
  });

  it('leaves the server alive, with nothing to complain of', async () => {
    expect((await server.http.get('/health/ready')).status).toBe(200);
    expect(/ERROR[^]{0,500}/.exec(server.output)?.[0]).toBeUndefined();
  });

  it('leaves every account with what its statement says, and none below zero', async () => {
    await until(async () => (await pending()) === 0, 'every transfer ends');
    const { items } = (await server.accounts.list({ limit: 200 })).body;
    expect(items.length).toBeGreaterThan(0);
    for (const { id, balance, available } of items) {
      const [last] = (await server.accounts.statement(id, { limit: 200 })).body.items.slice(-1);
      expect(balance).toBe(last?.balance ?? 0);
      expect(available).toBeGreaterThanOrEqual(0);
    }
  });

  it('leaves no transfer without an end, and no cent more or less than there was', async () => {
    const { violations, transfers } = new MoneyAudit(await loggedEvents(database));
    expect(violations).toEqual([]);
    if (RUNS < ENOUGH_FOR_EVERY_END) return;
    const ends = new Set([...transfers.values()].map(({ end }) => end));
    expect(ends).toEqual(new Set(['completed', 'refunded', 'failed']));
  });

  it('leaves no hole in the log, and no two users with one name or address', async () => {
    expect(misplacedEvents(await loggedEvents(database))).toEqual([]);
    const users = await server.users.listAll();
    const names = users.map(({ username }) => username.toLowerCase());
    const emails = users.map(({ email }) => email.toLowerCase());
    expect(new Set(names).size).toBe(users.length);
    expect(new Set(emails).size).toBe(users.length);
  });
});

/** What was created: one thing, or events. */
interface Created {
  readonly id?: string;
  readonly events?: readonly { readonly id: string }[];
}

/** Something that exists for each parameter of a path: what was created last, by the collection it is in, and so on. */
class KnownValues {
  private readonly ids = new Map<string, string[]>();
  private given = 0;
  private firstParked = 1;
  private firstParkedOfGroup = 1;
  /** Which member of a group has got something, and what. */
  private holder = 'nobody';
  private positions: readonly number[] = [];

  constructor(
    private readonly accounts: readonly string[],
    private readonly poisoned: PoisonedUser,
  ) {}

  inBody({ body, operation }: FuzzedRequest, nth: number): Buffer | undefined {
    if (settles(operation) && nth % 2 === 0 && this.positions.length > 0) {
      // Of what a member has, most is left for later.
      const refused = { positions: this.positions.slice(-1), delayMs: 0 };
      const handled = { positions: this.positions.slice(0, 1) };
      return Buffer.from(JSON.stringify(operation.endsWith('/nacks') ? refused : handled));
    }
    return body?.includes(KNOWN_ACCOUNT) ? Buffer.from(this.withAccounts(body.toString())) : body;
  }

  private withAccounts(text: string): string {
    return text.replaceAll(KNOWN_ACCOUNT, () => this.id('GET /api/v1/accounts', this.given++));
  }

  add(operation: string, body: string): void {
    const { id, events = [] } = JSON.parse(body) as Created;
    const collection = id === undefined ? 'events' : collectionOf(operation);
    const ids = id === undefined ? events.map((event) => event.id) : [id];
    this.ids.set(collection, [...ids, ...(this.ids.get(collection) ?? [])].slice(0, KNOWN));
  }

  handedOut(target: string, body: string): void {
    const [, member] = /\/members\/([^/]+)\/deliveries$/.exec(target) ?? [];
    if (member === undefined) return;
    const { items } = JSON.parse(body) as { readonly items: readonly DeliveryBody[] };
    if (items.length === 0) return;
    this.holder = member;
    this.positions = positionsOf(items);
  }

  skipped(operation: string): void {
    if (!operation.endsWith('/skip')) return;
    if (collectionOf(operation) === 'groups') this.firstParkedOfGroup += 1;
    else this.firstParked += 1;
  }

  inTarget({ target, operation }: FuzzedRequest, nth: number): string {
    const values = {
      id: this.id(operation, nth),
      name: this.name(operation),
      type: 'parcel.sent',
      version: String(1 + (nth % 3)),
      position: String(this.parkedPosition(operation) + (nth % 3)),
      group: this.group(operation, nth),
      member: settles(operation) ? this.holder : this.id(operation, nth % 3),
      stream: operation.includes('/streams/')
        ? STREAMS[nth % STREAMS.length]
        : this.poisoned.stream,
    };
    return Object.entries(values).reduce(
      (filled, [parameter, value]) => filled.replace(knownValueOf(parameter), value),
      this.withAccounts(target),
    );
  }

  private parkedPosition(operation: string): number {
    return collectionOf(operation) === 'groups' ? this.firstParkedOfGroup : this.firstParked;
  }

  private group(operation: string, nth: number): string {
    if (/^(PUT|DELETE) \S*\{group\}$/.test(operation)) return `fuzzed-${nth % 3}`;
    return operation.endsWith('/skip') ? PARKED : STEADY;
  }

  private name(operation: string): string {
    if (operation.includes('/projections')) return REBUILT;
    return /pause|resume/.test(operation) ? PAUSED : PARKING;
  }

  private id(operation: string, nth: number): string {
    const collection = collectionOf(operation);
    const ids = [
      ...(this.ids.get(collection) ?? []),
      ...(collection === 'accounts' ? this.accounts : []),
    ];
    return ids.length === 0 ? 'nobody' : ids[nth % ids.length];
  }
}

/** Parked by a server of its own, which may complain of it. */
async function parkedUser(database: TestDatabase): Promise<PoisonedUser> {
  const server = await BuiltServer.start(database);
  const user = await new PoisonedUser(database).createNameless(ALL_PARKED.length);
  const operations = new OperationsApi(server.http);
  await until(async () => {
    const { items } = (await operations.processors()).body;
    const parking = items.find(({ name }) => name === PARKING);
    return parking?.parked === ALL_PARKED.length && items.every(({ lagEvents }) => lagEvents === 0);
  });
  await server.stop();
  return user;
}

async function parkForGroup(group: GroupApi, definition: object): Promise<void> {
  await group.create(definition);
  const member = await group.joined();
  await member.take(ALL_PARKED.length);
  await member.nack([1], { park: true });
  // What the first answer had no room for is parked behind it.
  const parked = async (): Promise<number> => (await group.status()).body.parked;
  while ((await parked()) < ALL_PARKED.length) await member.take(ALL_PARKED.length, 0);
  await member.leave();
}

async function richAccounts({ accounts }: BuiltServer): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < RICH_ACCOUNTS) {
    const { id } = (await accounts.open(randomUUID())).body;
    await accounts.deposit(id, 10 ** 12);
    ids.push(id);
  }
  return ids;
}

/** `users` of `GET /api/v1/users/{id}`, for example. */
function collectionOf(operation: string): string {
  return operation.split('/')[3];
}

function settles(operation: string): boolean {
  return /\/n?acks$/.test(operation);
}

function isTooLarge({ body }: RawRequest): boolean {
  return body !== undefined && body.length > BODY_LIMIT;
}

/** What about an answer is not as it must be. */
function faultsOf(
  { status, headers, body }: RawAnswer,
  operation: Operation,
  document: OpenApiDocument,
): string[] {
  const faults: string[] = [];
  const text = body.slice(0, 500);
  if (status >= 500) faults.push(`${status}: ${text}`);
  if (!headers['x-correlation-id']) faults.push('no correlation id');
  if (headers['x-content-type-options'] !== 'nosniff') faults.push('no security headers');
  if (status >= 400) return [...faults, ...problemFaults(status, headers, body, operation)];

  const documented = operation.responses[String(status)];
  if (!documented) return [...faults, `${status} is not documented: ${text}`];
  for (const name of Object.keys(documented.headers ?? {})) {
    if (!headers[name.toLowerCase()]) faults.push(`no header ${name}`);
  }
  if (isEndless(headers)) {
    return documented.content?.['text/event-stream'] ? faults : [...faults, 'no event stream'];
  }
  const schema = documented.content?.['application/json'].schema;
  if (!schema) return body === '' ? faults : [...faults, `a body is not documented: ${text}`];
  if (!headers['content-type']?.startsWith('application/json')) faults.push('not sent as JSON');
  return [...faults, ...schemaMismatches(JSON.parse(body), schema, document)];
}

function problemFaults(
  status: number,
  headers: RawAnswer['headers'],
  body: string,
  { responses }: Operation,
): string[] {
  if (!headers['content-type']?.startsWith('application/problem+json')) {
    return [`a problem is sent as ${headers['content-type']}: ${body.slice(0, 500)}`];
  }
  const problem = JSON.parse(body) as { status: number; code: string; detail: string };
  const faults: string[] = [];
  if (problem.status !== status) faults.push(`the body says ${problem.status}, not ${status}`);
  if (!/^[a-z]+(-[a-z]+)*$/.test(problem.code)) faults.push(`"${problem.code}" is no code`);
  if (/\\n {4}at |node_modules|SQLITE|duplicate key/.test(body)) faults.push(`inside out: ${body}`);
  const documented = responses[String(status)]?.content?.['application/problem+json'];
  if (!OF_NO_OPERATION.has(problem.code) && !documented?.examples?.[problem.code]) {
    faults.push(`${status} ${problem.code} is not documented: ${problem.detail}`);
  }
  return faults;
}

function isAnswered({ name }: Operation, seen: ReadonlyMap<string, number>): boolean {
  return [...seen.keys()].some((sort) => sort.startsWith(`${name} 2`));
}

function statusesOf(seen: ReadonlyMap<string, number>): ReadonlySet<string> {
  return new Set([...seen.keys()].map((sort) => sort.split(' ').at(-1) ?? ''));
}

/** The requests were not all refused for the same thing. */
function expectVariety(
  seen: ReadonlyMap<string, number>,
  document: OpenApiDocument,
  refusals: readonly string[],
): void {
  for (const { name, responses } of document.operations) {
    const answered = Object.keys(responses).filter((status) => seen.has(`${name} ${status}`));
    expect({ name, answered }).toEqual({
      name,
      answered: expect.arrayContaining([expect.stringMatching(/^2/)]) as string[],
    });
  }
  expect([...statusesOf(seen)].sort()).toEqual(expect.arrayContaining([...refusals]) as string[]);
}
