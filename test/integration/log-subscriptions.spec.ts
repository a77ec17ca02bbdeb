import { jest } from '@jest/globals';
import { setMaxListeners } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LogSubscriptions, type SubscribedEvents } from '../../src/event-sourcing/index.js';
import { InMemoryEventStore } from '../../src/event-sourcing/store/memory/in-memory-event-store.js';
import { CommittedEvents } from '../../src/event-sourcing/events/committed-events.js';
import { SystemClock } from '../../src/event-sourcing/context/clock.js';
import { StoreUnavailableError } from '../../src/event-sourcing/errors/store.errors.js';
import { DatabaseFeed } from '../../src/event-sourcing/store/log-feed.js';
import type { ReadLogOptions } from '../../src/event-sourcing/store/event-store.js';
import type { RecordedEvent } from '../../src/event-sourcing/store/recorded-event.js';
import { newEvents } from '../../src/event-sourcing/testing/event-store-contract/contract-support.js';
import { failureOf, until } from '../support/async.js';
import { captureLogs } from '../support/captured-logs.js';

/** A log that tells how often it was read, and that can be away. */
class WatchedLog extends InMemoryEventStore {
  reads = 0;
  isAway = false;

  override headPosition(): Promise<number> {
    if (this.isAway) return Promise.reject(new StoreUnavailableError('The log is away.'));
    return super.headPosition();
  }

  override readLogPages(options?: ReadLogOptions): AsyncIterable<readonly RecordedEvent[]> {
    this.reads++;
    return super.readLogPages(options);
  }
}

describe('Subscriptions to the log', () => {
  const committed = new CommittedEvents();
  let log: WatchedLog;
  let feed: DatabaseFeed;
  let subscriptions: LogSubscriptions;
  let ending: AbortController;

  beforeEach(() => {
    log = new WatchedLog(new SystemClock());
    feed = new DatabaseFeed(log, committed, undefined);
    subscriptions = new LogSubscriptions(log, feed);
    ending = new AbortController();
    setMaxListeners(Infinity, ending.signal);
  });

  afterEach(async () => {
    await subscriptions.onModuleDestroy();
    jest.restoreAllMocks();
  });

  const subscribe = (after = 0, to = subscriptions): AsyncGenerator<SubscribedEvents, void> =>
    to.subscribe({ after, signal: ending.signal });

  async function append(count: number): Promise<void> {
    await log.append('parcel-1', 'any', newEvents(count));
    committed.announce([]);
  }

  /** Reads on in the background, and notes what comes. */
  function follow(after?: number, to = subscriptions): number[] {
    const seen: number[] = [];
    void (async () => {
      for await (const { events } of subscribe(after, to)) {
        seen.push(...events.map(({ position }) => position));
      }
    })();
    return seen;
  }

  it('read the end of the log once for all, however many there are', async () => {
    const followers = Array.from({ length: 50 }, () => follow());
    await append(1);
    await until(() => followers.every(({ length }) => length === 1));
    const before = log.reads;
    for (let nth = 2; nth <= 5; nth++) {
      await append(1);
      await until(() => followers.every(({ length }) => length === nth));
    }
    expect(log.reads - before).toBeLessThanOrEqual(5);
    expect(followers.every((seen) => seen.join() === '1,2,3,4,5')).toBe(true);
  });

  it('miss nothing that is appended while somebody joins, whenever that is', async () => {
    for (let round = 0; round < 60; round++) {
      const fresh = new LogSubscriptions(log, feed);
      const head = await log.headPosition();
      const seen = follow(head, fresh);
      for (let turn = 0; turn < round % 10; turn++) await Promise.resolve();
      await append(1);
      await until(() => seen.length === 1, `round ${round}`);
      expect(seen).toEqual([head + 1]);
      await fresh.onModuleDestroy();
    }
  });

  it('keep nobody waiting for one that takes its time, who misses nothing either', async () => {
    const slow = subscribe();
    await append(1);
    const { value: first } = await slow.next();
    expect(first?.through).toBe(1);
    const others = [follow(), follow()];
    // More than is kept in memory.
    for (let nth = 0; nth < 30; nth++) await append(100);
    await until(() => others.every(({ length }) => length === 3_001));
    const seen: number[] = [];
    while (seen.length < 3_000) {
      const { value } = await slow.next();
      if (!value) throw new Error('It has ended.');
      seen.push(...value.events.map(({ position }) => position));
    }
    expect(seen).toEqual(Array.from({ length: 3_000 }, (_, index) => index + 2));
  });

  it('go on when the log was away, and say so once', async () => {
    const logs = captureLogs();
    const seen = follow();
    await append(1);
    await until(() => seen.length === 1);
    log.isAway = true;
    await until(() => logs.warnings.length > 0);
    await append(1);
    for (let turn = 0; turn < 50; turn++) await nextTurn();
    log.isAway = false;
    await until(() => seen.length === 2);
    expect(logs.warnings).toHaveLength(1);
  });

  it('fail for whoever has to read the log himself while it is away', async () => {
    log.isAway = true;
    expect(await failureOf(subscribe().next())).toBeInstanceOf(StoreUnavailableError);
    expect(subscriptions.count).toBe(0);
  });

  it('end with their signal, and with the application, in the midst of waiting', async () => {
    const [one, other] = [subscribe(), subscribe()];
    await Promise.all([one.next(), other.next()]);
    const waiting = [one.next(), other.next()];
    await until(() => subscriptions.count === 2);
    await subscriptions.onModuleDestroy();
    expect(await Promise.all(waiting)).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
    expect(subscriptions.count).toBe(0);
    expect(await subscribe().next()).toEqual({ done: true, value: undefined });
  });
});
