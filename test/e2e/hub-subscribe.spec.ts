import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { LogSubscriptions } from '../../src/event-sourcing/index.js';
import { until } from '../support/async.js';
import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import { foreign, foreigners, HubApi } from '../support/hub-api.js';
import { startServer, type TestServer } from '../support/server.js';
import { SUBSCRIBE, Subscriber } from '../support/subscriber.js';
import { openSocket, readToEnd } from './support/raw-http.js';

const REQUEST = `GET ${SUBSCRIBE} HTTP/1.1\r\nHost: hub\r\n\r\n`;
const IMPATIENT = { SUBSCRIPTION_HEARTBEAT_MS: '100', SUBSCRIPTION_PATIENCE_MS: '300' };

describe.each(DATABASE_KINDS)('Who subscribes to the log, on %s,', (kind) => {
  let database: TestDatabase;
  let server: TestServer;
  let hub: HubApi;

  beforeEach(async () => {
    database = await createDatabase(kind);
    server = await startServer(database, { HUB: 'on', MAX_SUBSCRIPTIONS: '3', ...IMPATIENT });
    hub = new HubApi(server.http);
  });

  afterEach(async () => {
    await server.close();
    await database.drop();
  });

  const subscribe = (query?: string, headers?: Record<string, string>): Promise<Subscriber> =>
    Subscriber.to(server.http.url, query, headers);
  const count = (): number => server.app.get(LogSubscriptions).count;
  const port = (): number => Number(new URL(server.http.url).port);
  const numbers = (first: number, last: number): number[] =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index);

  it('gets what is there, and then what is appended, without a gap and nothing twice', async () => {
    await hub.append('parcel-1', foreigners(50));
    const appending = Promise.all(
      foreigners(60).map((event, nth) => hub.append(`parcel-${nth % 7}`, [event, foreign()])),
    );
    const subscriber = await subscribe();
    await appending;
    await until(() => subscriber.events.length >= 170);
    expect(subscriber.positions).toEqual(numbers(1, 170));
    await hub.append('parcel-1', [foreign()]);
    await until(() => subscriber.events.length > 170);
    const { items } = (await hub.log({ after: 0, limit: 1000 })).body;
    expect(subscriber.events).toEqual(items);
  });

  it('hears of what another process appends', async () => {
    const other = await startServer(database, { HUB: 'on' });
    const subscriber = await subscribe('?after=end');
    await new HubApi(other.http).append('parcel-1', [foreign()]);
    await until(() => subscriber.events.length === 1);
    await other.close();
  });

  it('gets only what it asks for', async () => {
    const correlationId = randomUUID();
    const ofOneRequest = foreign({ metadata: { correlationId } });
    const [ofCategory, ofType, ofRequest] = await Promise.all([
      subscribe('?category=parcel,letter'),
      subscribe('?type=letter.sent'),
      subscribe(`?correlationId=${correlationId}`),
    ]);
    await hub.append('parcel-1', [foreign()]);
    await hub.append('letter-1', [foreign({ type: 'letter.sent' }), foreign()]);
    await hub.append('box-1', [foreign({ type: 'letter.sent' }), ofOneRequest]);
    const isAtTheEnd = ({ lastEventId }: Subscriber): boolean => lastEventId === '5';
    await until(() => [ofCategory, ofType, ofRequest].every(isAtTheEnd));
    expect(ofCategory.positions).toEqual([1, 2, 3]);
    expect(ofType.positions).toEqual([2, 4]);
    expect(ofRequest.positions).toEqual([5]);
  });

  it('begins where it says: after a position, at the end, at a time', async () => {
    await hub.append('parcel-1', foreigners(3));
    const { recordedAt } = (await hub.log()).body.items[0];
    const later = new Date(Date.parse(recordedAt) + 1).toISOString();
    await until(() => Date.now() > Date.parse(later));
    const [after2, atEnd] = await Promise.all([subscribe('?after=2'), subscribe('?after=end')]);
    await hub.append('parcel-1', foreigners(2));
    const since = await subscribe(`?since=${later}`);
    await until(() => [after2, atEnd, since].every(({ lastEventId }) => lastEventId === '5'));
    expect(after2.positions).toEqual([3, 4, 5]);
    expect(atEnd.positions).toEqual([4, 5]);
    expect(since.positions).toEqual([4, 5]);
  });

  it('goes on where it was, whatever it asked for at first', async () => {
    await hub.append('parcel-1', foreigners(5));
    const subscriber = await subscribe('?after=0', { 'Last-Event-ID': '3' });
    await until(() => subscriber.events.length === 2);
    expect(subscriber.positions).toEqual([4, 5]);
  });

  it('gets signs of life, which move on where it resumes', async () => {
    const subscriber = await subscribe('?type=nothing.of-the-kind');
    await until(() => subscriber.signsOfLife > 1);
    await hub.append('parcel-1', foreigners(4));
    await until(() => subscriber.lastEventId === '4');
    expect(subscriber.events).toEqual([]);
  });

  it('is told what is wrong with what it asks for', async () => {
    const rubbish = ['after=-1', 'after=', 'after=now', 'since=yesterday', 'category=A', 'limit=5'];
    for (const query of rubbish) {
      expectProblem(await server.http.get(`${SUBSCRIBE}?${query}`), 400, 'validation-failed');
    }
  });

  it('is told when it is ahead of the log, or says that it was where nobody can be', async () => {
    await hub.append('parcel-1', [foreign()]);
    expectProblem(await server.http.get(`${SUBSCRIBE}?after=2`), 409, 'position-ahead-of-log');
    const resume = (id: string) => server.http.get(SUBSCRIBE, { 'Last-Event-ID': id });
    expectProblem(await resume('2'), 409, 'position-ahead-of-log');
    expectProblem(await resume('abc'), 400, 'validation-failed');
  });

  it('is refused where there are too many, and let in when one has left', async () => {
    const [first] = await Promise.all([subscribe(), subscribe(), subscribe()]);
    const refused = await server.http.get(SUBSCRIBE);
    expectProblem(refused, 503, 'too-many-subscriptions');
    expect(refused.headers.get('retry-after')).toBe('5');
    await first.leave();
    await until(() => count() < 3);
    await subscribe();
  });

  it('is counted where Prometheus looks', async () => {
    await subscribe();
    const { body } = await server.http.get<string>('/metrics');
    expect(body).toMatch(/^hindsight_subscriptions 1$/m);
  });

  it('leaves nothing behind, also when it goes before anything was sent', async () => {
    for (const answered of [true, false, true, false, false, true]) {
      const socket = await openSocket(port());
      socket.write(REQUEST);
      if (answered) await once(socket, 'data');
      socket.destroy();
    }
    await until(() => count() === 0);
    await subscribe();
  });

  it('is cut off when it takes nothing, while the others get everything', async () => {
    const large = foreigners(40, { data: 'x'.repeat(200_000) });
    const stalled = await openSocket(port());
    stalled.write(REQUEST);
    const other = await subscribe();
    await until(() => count() === 2);
    stalled.pause();
    for (const [nth, event] of large.entries()) await hub.append(`parcel-${nth}`, [event]);
    await until(() => other.events.length === 40);
    await until(() => count() === 1);
    expect(other.positions).toEqual(numbers(1, 40));
    expect(other.hasEnded).toBe(false);
    const received = await readToEnd(stalled.resume());
    expect(received.length).toBeLessThan(40 * 200_000);
  });

  it('is dismissed at once when the server stops', async () => {
    const subscriber = await subscribe();
    const before = performance.now();
    await server.close();
    await subscriber.ended;
    expect(performance.now() - before).toBeLessThan(5_000);
    server = await startServer(database, { HUB: 'on' });
  });
});
