import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  type AppendObservation,
  EventSourcingModule,
  EventStore,
  Instrumentation,
} from '../../src/event-sourcing/index.js';
import { dataSourceOptions } from '../../src/config/data-source-options.js';
import { parseDatabaseUrl } from '../../src/config/database-url.js';
import { newEvents } from '../../src/event-sourcing/testing/event-store-contract/contract-support.js';
import { until } from '../support/async.js';
import { CapturedLogs } from '../support/captured-logs.js';
import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import { PoisonedUser } from '../support/poisoned-user.js';
import { startServer, type TestServer } from '../support/server.js';
import { someone } from '../support/users-api.js';

describe.each(DATABASE_KINDS)('The metrics, on %s,', (kind) => {
  let database: TestDatabase;
  let server: TestServer;

  beforeEach(async () => {
    database = await createDatabase(kind);
    server = await startServer(database);
  });

  afterEach(async () => {
    await server.close();
    await database.drop();
  });

  async function metrics(): Promise<ReadonlyMap<string, number>> {
    const { status, headers, body } = await server.http.get<string>('/metrics');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      lines.map((line) => {
        const end = line.lastIndexOf(' ');
        return [line.slice(0, end), Number(line.slice(end + 1))];
      }),
    );
  }

  it('count appends by their outcome, events, and transactions', async () => {
    const user = someone();
    const { body } = await server.users.create(user, { 'idempotency-key': 'once' });
    const raced = { 'if-match': '"1"' };
    await server.users.changeEmail(body.id, someone().email, raced);
    const taken = await server.users.create({ ...someone(), username: user.username });
    expect(taken.status).toBe(409);
    // The user, the other address, and the account that the user gets.
    await until(
      async () => (await metrics()).get('hindsight_appends_total{outcome="appended"}') === 3,
    );
    const found = await metrics();
    expect(found.get('hindsight_appends_total{outcome="concurrency-conflict"}')).toBe(1);
    expect(found.get('hindsight_append_duration_seconds_count')).toBe(4);
    // The account's may have shared a transaction.
    expect(found.get('hindsight_flight_appends_sum')).toBe(4);
    const events = found.get('hindsight_events_appended_total');
    expect(events).toBe(found.get('hindsight_log_head_position'));
  });

  it('tell how far processors are', async () => {
    await server.users.create(someone());
    // Three events, and that of the account that the user gets.
    await until(
      async () =>
        (await metrics()).get('hindsight_processor_position{processor="user-list"}') === 4,
    );
    const found = await metrics();
    expect(found.get('hindsight_log_head_position')).toBe(4);
    expect(found.get('hindsight_processor_lag_events{processor="user-list"}')).toBe(0);
    expect(found.get('hindsight_processor_failing{processor="user-list"}')).toBe(0);
  });

  it('tell what processors have done, how often they failed, what is parked, and who has begun to run them', async () => {
    const figure = async (name: string, labels = ''): Promise<number> =>
      (await metrics()).get(`hindsight_processor_${name}{processor="user-list"${labels}}`) ?? 0;
    await server.users.create(someone());
    await server.users.list();
    expect(await figure('lease_changes_total')).toBe(1);
    expect(await figure('batches_total', ',outcome="handled"')).toBe(1);
    expect(await figure('events_total')).toBe(1);
    expect(await figure('batch_duration_seconds_count')).toBe(1);
    expect(await figure('batches_total', ',outcome="failed"')).toBe(0);
    expect(await figure('parked')).toBe(0);

    await new PoisonedUser(database).createNameless();
    await until(async () => (await figure('parked')) === 1);
    // Its tries by itself, with those in a batch of more where it came with others.
    expect(await figure('batches_total', ',outcome="failed"')).toBe(5);
    expect(await figure('events_total')).toBe(1);
    expect(await figure('lag_events')).toBe(0);
    expect(await figure('lag_seconds')).toBe(0);

    const other = await startServer(database);
    await server.close();
    server = other;
    await until(async () => (await figure('lease_changes_total')) === 1);
    expect(await figure('owned')).toBe(1);
  });

  it('time requests by route and never by what is in the URL', async () => {
    const { body } = await server.users.create(someone());
    await server.users.find(body.id);
    await server.http.get('/no/such/path?secret=1');
    await until(async () => [...(await metrics()).keys()].some((name) => name.includes('404')));
    const found = await metrics();
    const count = (labels: string): number | undefined =>
      found.get(`http_request_duration_seconds_count{${labels}}`);
    expect(count('method="POST",route="/api/v1/users",status="201"')).toBe(1);
    expect(count('method="GET",route="/api/v1/users/:id",status="200"')).toBe(1);
    expect(count('method="GET",route="none",status="404"')).toBe(1);
    expect([...found.keys()].filter((name) => name.includes('secret'))).toEqual([]);
  });
});

describe('The metrics', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createDatabase('sqlite');
  });

  afterEach(() => database.drop());

  it('are not there when they are switched off', async () => {
    const server = await startServer(database, { METRICS: 'off' });
    expectProblem(await server.http.get('/metrics'), 404, 'route-not-found');
    await server.close();
  });

  it('hear of every append, and break none when what counts them fails', async () => {
    const heard: AppendObservation[] = [];

    @Injectable()
    class Listening extends Instrumentation {
      override appendEnded(append: AppendObservation): void {
        heard.push(append);
      }
    }

    @Injectable()
    class Failing extends Instrumentation {
      override appendEnded(): void {
        throw new Error('no more room to count');
      }
    }

    const logs = new CapturedLogs();
    const module = await Test.createTestingModule({
      imports: [
        TypeOrmModule.forRoot({ ...dataSourceOptions(parseDatabaseUrl(database.url)) }),
        EventSourcingModule.forRoot(),
      ],
      providers: [Failing, Listening],
    })
      .setLogger(logs)
      .compile();
    await module.init();
    const store = module.get(EventStore);
    const events = newEvents(2);
    await store.append('order-1', 'none', events);
    await store.append('order-1', 'none', events);
    await expect(store.append('order-1', 7, newEvents(1))).rejects.toThrow('revision 7');
    expect(heard.map(({ events, repeated, error }) => [events, repeated, error?.code])).toEqual([
      [2, false, undefined],
      [2, true, undefined],
      [1, false, 'concurrency-conflict'],
    ]);
    expect(heard.every(({ seconds }) => seconds > 0 && seconds < 10)).toBe(true);
    expect(logs.errors.join('\n')).toContain('no more room to count');
    await module.close();
  });
});
