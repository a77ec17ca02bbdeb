import {
  HubAccessError,
  RemoteEventStore,
  StoreUnavailableError,
} from '../../src/event-sourcing/index.js';
import {
  newEvents,
  numbers,
  wholeLog,
} from '../../src/event-sourcing/testing/event-store-contract/contract-support.js';
import { failureOf, until } from '../support/async.js';
import { CuttingProxy } from '../support/cutting-proxy.js';
import { createDatabase, type TestDatabase } from '../support/databases.js';
import { RemoteHub } from '../support/remote-hub.js';

describe('A store at a hub, between which connections break,', () => {
  let database: TestDatabase;
  let hub: RemoteHub;
  let proxy: CuttingProxy;
  let store: RemoteEventStore;
  let direct: RemoteEventStore;

  beforeEach(async () => {
    database = await createDatabase('sqlite');
    hub = await RemoteHub.start(database);
    proxy = await CuttingProxy.before(hub.server.http.url);
    store = new RemoteEventStore({ url: proxy.url, key: hub.key, patienceMs: 5_000 });
    direct = hub.store();
  });

  afterEach(async () => {
    await Promise.all([store.close(), direct.close()]);
    await proxy.close();
    await hub.server.close();
    await database.drop();
  });

  it('stores every event once, and says so, whenever they break', async () => {
    const stored: string[] = [];
    for (const round of numbers(1, 12)) {
      proxy.cutNext(...(['before', 'after', 'after'] as const).slice(0, round % 4));
      const appends = numbers(1, 8).map(async (nr) => {
        const events = newEvents(2);
        const { events: placed } = await store.append(`order-${nr}`, 'any', events);
        expect(placed.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
        stored.push(...placed.map(({ id }) => id));
      });
      await Promise.all(appends);
    }
    const ids = (await wholeLog(direct)).map(({ id }) => id);
    expect(stored).toHaveLength(192);
    expect([...ids].sort()).toEqual([...stored].sort());
  });

  it('takes a conflict for one only when others have made it', async () => {
    proxy.cutNext('after');
    const first = await store.append('order-1', 'none', newEvents(1));
    expect(first.events[0]).toMatchObject({ revision: 1, position: 1 });
    proxy.cutNext('after', 'before', 'after');
    await store.append('order-1', 1, newEvents(1));
    expect(await direct.streamRevision('order-1')).toBe(2);
    const late = failureOf(store.append('order-1', 1, newEvents(1)));
    expect(await late).toMatchObject({ code: 'concurrency-conflict', actual: 2 });
  });

  it('shares requests among appends', async () => {
    await Promise.all(numbers(1, 100).map((nr) => store.append(`order-${nr}`, 0, newEvents(1))));
    expect(proxy.asked.get('/api/v1/appends')).toBeLessThan(10);
    expect(await direct.headPosition()).toBe(100);
  });

  it('gives up when it has been patient for long enough', async () => {
    const impatient = new RemoteEventStore({ url: proxy.url, key: hub.key, patienceMs: 100 });
    proxy.cutNext(...Array<'before'>(20).fill('before'));
    const failure = failureOf(impatient.append('order-1', 0, newEvents(1)));
    expect(await failure).toBeInstanceOf(StoreUnavailableError);
    expect(await direct.headPosition()).toBe(0);
    await impatient.close();
  });

  it('waits for a key that the hub knows', async () => {
    const unknown = new RemoteEventStore({ url: proxy.url, key: `${hub.key}x`, patienceMs: 100 });
    for (const asking of [unknown.append('order-1', 0, newEvents(1)), unknown.headPosition()]) {
      expect(await failureOf(asking)).toBeInstanceOf(HubAccessError);
    }
    await unknown.close();
  });

  it('tells those who follow it of everything, also of what came while nothing was told', async () => {
    let rung = 0;
    const stop = store.feed.listen(() => rung++);
    await until(() => store.feed.isLive);
    const seen: number[] = [];
    const readOn = async (): Promise<void> => {
      const after = seen.at(-1) ?? 0;
      const upTo = await store.feed.head();
      for await (const page of store.readLogPages({ after, upTo })) {
        seen.push(...page.map(({ position }) => position));
      }
    };
    for (const round of numbers(1, 6)) {
      await direct.append('order-1', 'any', newEvents(5));
      if (round % 2 === 0) {
        proxy.cutAll();
        await until(() => !store.feed.isLive);
      }
      await direct.append('order-2', 'any', newEvents(5));
      await until(() => store.feed.isLive);
      await until(async () => {
        await readOn();
        return seen.length === 10 * round;
      });
    }
    expect(seen).toEqual(numbers(1, 60));
    await until(() => store.feed.isLive);
    expect(rung).toBeGreaterThan(0);
    stop();
  });

  it('reads what it was told of from memory', async () => {
    store.feed.listen(() => undefined);
    await until(() => store.feed.isLive);
    await direct.append('order-1', 'any', newEvents(20));
    await until(async () => (await store.feed.head()) === 20);
    const before = proxy.asked.get('/api/v1/events');
    const seen: number[] = [];
    for await (const page of store.readLogPages({ after: 5, upTo: 20 })) {
      seen.push(...page.map(({ position }) => position));
    }
    expect(seen).toEqual(numbers(6, 20));
    expect(proxy.asked.get('/api/v1/events')).toBe(before);
  });

  it('takes times of any year', async () => {
    await direct.append('order-1', 'any', newEvents(3));
    expect(await store.positionBefore(new Date(8.64e15))).toBe(3);
    expect(await store.positionBefore(new Date(-8.64e15))).toBe(0);
  });
});
