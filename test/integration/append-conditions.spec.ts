import { DataSource } from 'typeorm';
import { Clock } from '../../src/event-sourcing/context/clock.js';
import { StoreFailureError } from '../../src/event-sourcing/errors/store.errors.js';
import { InMemoryEventStore } from '../../src/event-sourcing/store/memory/in-memory-event-store.js';
import type { EventStore } from '../../src/event-sourcing/store/event-store.js';
import { openEventDatabase } from '../../src/event-sourcing/store/typeorm/event-database.js';
import {
  newEvents,
  wholeLog,
} from '../../src/event-sourcing/testing/event-store-contract/contract-support.js';
import { createDatabase, DATABASE_KINDS, openDatabase } from '../support/databases.js';

class SetClock extends Clock {
  constructor(private time: string) {
    super();
  }

  set(time: string): void {
    this.time = time;
  }

  override now(): Date {
    return new Date(this.time);
  }
}

describe('the time at which an event is recorded', () => {
  it('does not go back when the clock does, in memory', async () => {
    const clock = new SetClock('2026-03-01T12:00:00.500Z');
    await staysWhenSetBack(new InMemoryEventStore(clock), clock);
  });

  it.each(DATABASE_KINDS)('does not go back when the clock does, on %s', async (kind) => {
    const database = await createDatabase(kind);
    const dataSource = await new DataSource(database.options).initialize();
    const clock = new SetClock('2026-03-01T12:00:00.500Z');
    const opened = await openEventDatabase(dataSource, clock);
    await staysWhenSetBack(opened.store, clock);
    await opened.close();
    await dataSource.destroy();
    await database.drop();
  });

  it.each(DATABASE_KINDS)('does not go back from one process to another, on %s', async (kind) => {
    const database = await createDatabase(kind);
    const times = ['2026-03-01T12:00:00.500Z', '2026-02-01T12:00:00.500Z'];
    const sources = await Promise.all(
      times.map(() => new DataSource(database.options).initialize()),
    );
    const [ahead, behind] = await Promise.all(
      sources.map((source, nr) => openEventDatabase(source, new SetClock(times[nr]))),
    );
    for (const { store } of [ahead, behind, ahead, behind]) {
      await store.append('order-1', 'any', newEvents(1));
    }
    expect((await wholeLog(behind.store)).map((event) => event.recordedAt.toISOString())).toEqual(
      Array.from({ length: 4 }, () => times[0]),
    );
    await Promise.all([ahead.close(), behind.close()]);
    await Promise.all(sources.map((source) => source.destroy()));
    await database.drop();
  });
});

describe('appending on PostgreSQL under another isolation level than read committed', () => {
  it.each(['repeatable read', 'serializable'])('is refused: %s', async (level) => {
    const database = await createDatabase('postgres');
    const { store, close } = await openDatabase(database, {
      extra: { options: `-c default_transaction_isolation=${level.replace(' ', '\\ ')}` },
    });
    const append = store.append('order-1', 'none', newEvents(1));
    await expect(append).rejects.toThrow(StoreFailureError);
    await expect(append).rejects.toThrow(/read committed/);
    expect(await store.headPosition()).toBe(0);
    await close();
    await database.drop();
  });
});

async function staysWhenSetBack(store: EventStore, clock: SetClock): Promise<void> {
  await store.append('order-1', 'any', newEvents(1));
  clock.set('2026-03-01T11:59:59.999Z');
  await store.append('order-1', 'any', newEvents(2));
  clock.set('2026-03-01T12:00:00.501Z');
  await store.append('order-1', 'any', newEvents(1));
  expect((await wholeLog(store)).map(({ recordedAt }) => recordedAt.toISOString())).toEqual([
    '2026-03-01T12:00:00.500Z',
    '2026-03-01T12:00:00.500Z',
    '2026-03-01T12:00:00.500Z',
    '2026-03-01T12:00:00.501Z',
  ]);
}
