import { Injectable, Module } from '@nestjs/common';
import {
  DomainEvent,
  type EventEnvelope,
  type EventUpcaster,
  Processor,
  Processors,
  type StoredEventData,
  Upcaster,
} from '../../src/event-sourcing/index.js';
import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import { BATCHES, EVENTS, foreign, HubApi, pathOfStream } from '../support/hub-api.js';
import { startServer, type TestServer } from '../support/server.js';
import { someone } from '../support/users-api.js';

@DomainEvent('parcel.weighed', { version: 2 })
class ParcelWeighed {
  constructor(readonly grams: bigint) {}
}

@Injectable()
@Upcaster('parcel.weighed', { from: 1 })
class WeighInGrams implements EventUpcaster {
  upcast({ data }: StoredEventData): StoredEventData {
    const { kilograms } = data as { kilograms: number };
    const grams = { $bigint: BigInt(kilograms * 1_000).toString() };
    return { type: 'parcel.weighed', version: 2, data: { grams } };
  }
}

@Injectable()
class Scales extends Processor {
  override readonly name = 'scales';
  override readonly eventTypes = ['parcel.weighed'];
  readonly seen: bigint[] = [];

  override handle({ event }: EventEnvelope): Promise<void> {
    this.seen.push((event as ParcelWeighed).grams);
    return Promise.resolve();
  }
}

@Module({ providers: [WeighInGrams, Scales] })
class ScalesModule {}

describe.each(DATABASE_KINDS)('Events from outside, on %s,', (kind) => {
  let database: TestDatabase;
  let server: TestServer;
  let hub: HubApi;

  beforeEach(async () => {
    database = await createDatabase(kind);
    server = await startServer(database, { HUB: 'on' }, [ScalesModule]);
    hub = new HubApi(server.http);
  });

  afterEach(async () => {
    await server.close();
    await database.drop();
  });

  const caughtUp = (name: string): Promise<boolean> =>
    server.app.get(Processors).caughtUp(name, 15_000);

  it('of types that nobody declares are passed by whatever follows the log', async () => {
    for (const type of ['parcel.sent', 'order', 'x.y-z']) {
      expect((await hub.append('parcel-1', [foreign({ type })])).status).toBe(201);
    }
    const { id } = (await server.users.create(someone())).body;
    expect((await server.users.list()).body.items).toMatchObject([{ id }]);
    const { items } = (await server.http.get<{ items: { name: string }[] }>('/api/v1/processors'))
      .body;
    for (const { name } of items) expect([name, await caughtUp(name)]).toEqual([name, true]);
    const health = await server.http.get('/health/ready');
    expect(health.status).toBe(200);
    expect(server.app.get(Scales).seen).toEqual([]);
  });

  it('of types that are declared are handled, when they are as they are declared', async () => {
    const type = 'parcel.weighed';
    const old = foreign({ type, data: { kilograms: 2 } });
    const current = foreign({ type, version: 2, data: { grams: { $bigint: '7' } } });
    expect((await hub.append('parcel-1', [old, current])).status).toBe(201);
    expect(await caughtUp('scales')).toBe(true);
    expect(server.app.get(Scales).seen).toEqual([2_000n, 7n]);
  });

  it('that whatever follows them could not read are refused, and hold up nothing', async () => {
    const type = 'parcel.weighed';
    for (const unreadable of [
      { version: 3, data: {} },
      { version: 99, data: { grams: { $bigint: '7' } } },
      { version: 2, data: { grams: { $bigint: 'seven' } } },
      { version: 2, data: { grams: { $type: 'no-such-value' } } },
      { version: 2, data: null },
      { version: 1, data: null },
      { version: 1, data: { kilograms: 'two' } },
    ]) {
      const answer = await hub.append('parcel-1', [foreign(), foreign({ type, ...unreadable })]);
      expectProblem(answer, 422, 'unreadable-event');
    }
    const good = foreign({ type, version: 2, data: { grams: { $bigint: '7' } } });
    expect((await hub.append('parcel-1', [good])).body.position).toBe(1);
    expect(await caughtUp('scales')).toBe(true);
    expect(server.app.get(Scales).seen).toEqual([7n]);
  });

  it('change no aggregate, no saga and nothing that was published, neither by stream nor by type', async () => {
    const { id } = (await server.users.create(someone())).body;
    for (const stream of [`user-${id}`, 'account-1', 'email-1', 'saga_transfer-1', 'published-x']) {
      const answer = await hub.append(stream, [foreign()]);
      expectProblem(answer, 403, 'category-reserved');
      const free = { stream: 'parcel-1', events: [foreign()] };
      const batch = await hub.batch([free, { stream, events: [foreign()] }]);
      expectProblem(batch, 403, 'category-reserved');
    }
    for (const type of [
      'user.created',
      'user.no-such-event',
      'account.opened',
      'saga.stepped',
      'saga-x',
      'saga_transfer.x',
      'user',
    ]) {
      const answer = await hub.append('parcel-1', [foreign(), foreign({ type })]);
      expectProblem(answer, 403, 'category-reserved');
    }
    expect((await hub.log({ category: 'parcel,saga_transfer,published' })).body.items).toEqual([]);
    expect((await hub.log({ type: 'parcel.sent,saga.stepped' })).body.items).toEqual([]);
    expect((await server.users.find(id)).body.revision).toBe(1);
    // What merely begins like it belongs to nobody.
    expect((await hub.append('users-1', [foreign({ type: 'users.counted' })])).status).toBe(201);
  });

  it('come from no page of another site', async () => {
    const foreignSite = { origin: 'https://evil.example' };
    expectProblem(await hub.append('parcel-1', [foreign()], foreignSite), 403, 'foreign-origin');
    const appends = [{ stream: 'parcel-1', events: [foreign()] }];
    const batch = await server.http.post(BATCHES, { appends }, foreignSite);
    expectProblem(batch, 403, 'foreign-origin');
    const own = { origin: server.http.url.replace(/\/$/, '') };
    expect((await hub.append('parcel-1', [foreign()], own)).status).toBe(201);
  });

  it('find nothing there where the hub is not switched on', async () => {
    const closed = await startServer(database, {}, [ScalesModule]);
    for (const path of [pathOfStream('parcel-1'), EVENTS, `${EVENTS}/${foreign().id}`]) {
      expectProblem(await closed.http.get(path), 404, 'route-not-found');
    }
    const append = await new HubApi(closed.http).append('parcel-1', [foreign()]);
    expectProblem(append, 404, 'route-not-found');
    expectProblem(await closed.http.post(BATCHES, {}), 404, 'route-not-found');
    const { body } = await closed.http.get<{ paths: object }>('/docs/openapi.json');
    expect(Object.keys(body.paths).filter((path) => /streams|batches|events/.test(path))).toEqual(
      Object.keys(body.paths).filter((path) => path.includes('parked')),
    );
    await closed.close();
  });
});

describe('The hub, when the PostgreSQL database is gone,', () => {
  it('says so, and that the same request may succeed later', async () => {
    const database = await createDatabase('postgres');
    const server = await startServer(database, { HUB: 'on' }, [ScalesModule]);
    const hub = new HubApi(server.http);
    await database.drop();
    for (const answer of [
      await hub.append('parcel-1', [foreign()]),
      await hub.batch([{ stream: 'parcel-1', events: [foreign()] }]),
      await hub.stream('parcel-1'),
      await hub.log(),
      await hub.event(foreign().id),
    ]) {
      expectProblem(answer, 503, 'store-unavailable');
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    await server.close();
  });
});
