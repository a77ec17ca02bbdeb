import { newEvents } from '../../src/event-sourcing/testing/event-store-contract/contract-support.js';
import { until } from '../support/async.js';
import { CounterIncreased } from '../support/counter.events.js';
import {
  createDatabase,
  DATABASE_KINDS,
  openDatabase,
  type OpenDatabase,
  type TestDatabase,
} from '../support/databases.js';
import { EffectsProcessor } from '../support/effects.js';
import { ProcessorWorld } from '../support/processor-world.js';

class Increases extends EffectsProcessor {
  override readonly name = 'increases';
  override readonly eventTypes = ['counter.increased'];
}

describe.each(DATABASE_KINDS)('the watch of a database on %s', (kind) => {
  let database: TestDatabase;
  let here: OpenDatabase;
  let elsewhere: OpenDatabase;
  let heard: { appended: number; announced: number };

  beforeEach(async () => {
    database = await createDatabase(kind);
    here = await openDatabase(database);
    elsewhere = await openDatabase(database);
    heard = { appended: 0, announced: 0 };
    here.watch.listen({
      appended: () => (heard.appended += 1),
      announced: () => (heard.announced += 1),
    });
    await until(() => here.watch.isLive && heard.appended > 0 && heard.announced > 0);
  });

  afterEach(async () => {
    await Promise.all([here.close(), elsewhere.close()]);
    await database.drop();
  });

  async function hears(): Promise<void> {
    const before = { ...heard };
    await elsewhere.store.append('order-1', 'any', newEvents(3));
    await until(() => heard.appended > before.appended);
    await elsewhere.transactions.run((manager) => {
      before.announced = heard.announced;
      return elsewhere.watch.announce(manager);
    });
    if (kind === 'sqlite') await elsewhere.transactions.run((m) => m.query('CREATE TABLE x (x)'));
    await until(() => heard.announced > before.announced);
  }

  it('hears of appends and announcements of other processes', async () => {
    await hears();
  });

  it('hears nothing when it has stopped, and keeps nothing open', async () => {
    await here.watch.stop();
    expect(here.watch.isLive).toBe(false);
    const before = { ...heard };
    await elsewhere.store.append('order-1', 'any', newEvents(3));
    expect(heard).toEqual(before);
  });

  if (kind === 'postgres') {
    it('listens again when its connection was broken off, and has its listeners look at once', async () => {
      const listening = `SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE 'LISTEN%'`;
      const query = () => elsewhere.dataSource.query<{ pid: number }[]>(listening);
      const [{ pid }] = await query();
      const before = { ...heard };
      await elsewhere.dataSource.query('SELECT pg_terminate_backend($1)', [pid]);
      await until(() => !here.watch.isLive);
      await until(() => here.watch.isLive);
      expect(heard.appended).toBe(before.appended + 1);
      const listeners = await query();
      expect(listeners).toHaveLength(1);
      expect(listeners[0].pid).not.toBe(pid);
      await hears();
    });
  }
});

describe.each(DATABASE_KINDS)('what the watch does not hear, on %s,', (kind) => {
  it('a processor finds by looking now and then', async () => {
    const world = await ProcessorWorld.create(kind);
    const { bus, caughtUp, support } = await world.boot([Increases]);
    await bus.publish(new CounterIncreased(1));
    await caughtUp('increases');
    if (kind === 'postgres') await world.sql('DROP TRIGGER hub_events_notify ON hub_events');
    else await support.database.watch.stop();
    await world.fill(2);
    await until(async () => (await world.effects('increases')).length === 3);
    await world.end();
  });
});
