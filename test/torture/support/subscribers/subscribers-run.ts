import { v7 } from 'uuid';
import {
  type EventStore,
  type NewEvent,
  RemoteEventStore,
} from '../../../../src/event-sourcing/index.js';
import { until } from '../../../support/async.js';
import { BuiltServer } from '../../../support/built-server.js';
import {
  createDatabase,
  type DatabaseKind,
  type OpenDatabase,
  openDatabase,
  type TestDatabase,
} from '../../../support/databases.js';
import { range } from '../../../support/effects.js';
import { type LoggedEvent, loggedEvents } from '../../../support/logged-events.js';
import { SeededRandom } from '../../../support/processes/seeded-random.mjs';
import { type Memory, memoryOf, TELLS_MEMORY } from '../../../support/server-memory.js';
import { ROUNDS, SEED } from '../report.js';
import { RestlessSubscriber } from './restless-subscriber.js';
import { type AfterStall, StalledReader } from './stalled-reader.js';

const SUBSCRIBERS = 50;
/** 2,000 where nothing is said, as in CI; TORTURE_ROUNDS=200: 20,000. */
const EVENTS = Math.min(20_000, ROUNDS * 100);
const IS_LONG = EVENTS === 20_000;
/** Of the events; the others are appended while subscribers come and go. */
const BACKLOG = 0.4;
const APPENDED_AT_ONCE = 20;
/** So far ahead of those who want everything the log may be, so that they are at its end as well as behind. */
const AHEAD = 200;
const STAYS_A_SUBSCRIBER = 20;
const TEXT = 'x'.repeat(2_000);
const CATEGORIES = ['parcel', 'letter', 'box'];
const TYPES = ['thing.sent', 'thing.moved', 'thing.lost'];

/** More than what is on its way to a reader in the buffers of the system. */
const BULK = { category: 'bulk', events: 50, text: 'x'.repeat(200_000) };
/** In a short run all the others are done before a stalled reader is cut off, in a long one it is cut off meanwhile. */
const STALLED_FOR_MS = IS_LONG ? 10_000 : 60_000;

/** In MiB, twice what the end of the log takes that is kept for all. */
const GROWTH_AT_FIRST = 20;
/** From there on nothing is to stay. In a long run, the events come to more than twice as much. */
const GROWTH_LATER = 6;
const PATIENT = { patienceMs: 120_000, lookEveryMs: 5 };

interface Query {
  readonly text: string;
  readonly wants: (event: LoggedEvent) => boolean;
}

/** Many subscribe to a hub, come and go while events are appended, and have got everything they wanted once, in order. */
export async function subscribersRun(kind: DatabaseKind): Promise<void> {
  process.stdout.write(
    `${SUBSCRIBERS} subscribers, ${EVENTS} events, on ${kind}, TORTURE_SEED=${SEED}\n`,
  );
  const database = await createDatabase(kind);
  const run = await SubscribersRun.on(database);
  try {
    await run.run();
  } catch (error) {
    throw new Error(`TORTURE_SEED=${SEED}: ${String(error)}`, { cause: error });
  } finally {
    await run.end();
    await database.drop();
  }
}

class SubscribersRun {
  private readonly random = new SeededRandom(SEED);
  private readonly queries: readonly Query[] = range(1, SUBSCRIBERS).map((nr) => queryOf(nr));
  private readonly subscribers: readonly RestlessSubscriber[];
  private readonly remote: RemoteEventStore;
  private head = 0;

  private constructor(
    private readonly database: TestDatabase,
    private readonly open: OpenDatabase,
    private readonly hub: BuiltServer,
  ) {
    const { url } = hub.http;
    this.remote = new RemoteEventStore({ url });
    this.subscribers = this.queries.map(({ text }) => {
      const random = new SeededRandom(this.random.between(0, 2 ** 31));
      const longestStay = Math.ceil((2 * EVENTS) / STAYS_A_SUBSCRIBER);
      return new RestlessSubscriber(url, text, longestStay, random);
    });
  }

  static async on(database: TestDatabase): Promise<SubscribersRun> {
    const hub = await BuiltServer.start(database, {
      HUB: 'on',
      CONTEXTS: 'none',
      SUBSCRIPTION_PATIENCE_MS: String(STALLED_FOR_MS),
      ...TELLS_MEMORY,
    });
    return new SubscribersRun(database, await openDatabase(database), hub);
  }

  async end(): Promise<void> {
    await this.remote.close();
    await this.open.close();
    await this.hub.kill();
  }

  async run(): Promise<void> {
    await this.appendBulk();
    await this.append(EVENTS * BACKLOG, this.open.store);
    const start = await memoryOf(this.hub);
    const stalled = await StalledReader.at(this.hub.http.url, `?category=${BULK.category}`);
    const before = performance.now();
    const running = Promise.all(this.subscribers.map((subscriber) => subscriber.run()));
    running.catch(() => undefined);
    try {
      await Promise.race([this.goOn(), running]);
      const stalling = await memoryOf(this.hub);
      if (IS_LONG) await until(() => this.isRidOfOne(), 'it is cut off', PATIENT);
      const afterStall = await stalled.resume(BULK.events);
      const half = await this.memoryWithin(start.used + GROWTH_AT_FIRST);
      await Promise.race([this.goOn(), running]);
      const seconds = (performance.now() - before) / 1_000;
      const end = await this.memoryWithin(half.used + GROWTH_LATER);
      this.report(seconds, [start, stalling, half, end], afterStall);
      expect(stallFaults(afterStall)).toEqual([]);
    } finally {
      for (const subscriber of this.subscribers) subscriber.leave();
    }
    await running;
    expect(await this.violations()).toEqual([]);
  }

  private async isRidOfOne(): Promise<boolean> {
    const { body } = await this.hub.http.get<string>('/metrics');
    const [, count] = /^hindsight_subscriptions (\d+)$/m.exec(body) ?? [];
    return Number(count) <= SUBSCRIBERS;
  }

  /** What is in memory when what was under way is done with. @throws Error when that is more */
  private async memoryWithin(limit: number): Promise<Memory> {
    let memory = await memoryOf(this.hub);
    const isWithin = async (): Promise<boolean> =>
      memory.used < limit || (memory = await memoryOf(this.hub)).used < limit;
    await until(isWithin, `less than ${limit} MiB are in use`, { lookEveryMs: 100 }).catch(() => {
      throw new Error(`The hub has ${memory.used} MiB in use, and ${limit} are the most.`);
    });
    return memory;
  }

  private async appendBulk(): Promise<void> {
    for (const nr of range(1, BULK.events)) {
      await this.open.store.append(`${BULK.category}-${nr}`, 'any', [newEvent(BULK.text)]);
    }
    this.head = BULK.events;
  }

  /** Appends half of what comes while there are subscribers. Resolves when all have got it. */
  private async goOn(): Promise<void> {
    const events = (EVENTS * (1 - BACKLOG)) / 2;
    for (const nth of range(1, events / AHEAD)) {
      // Another process than the hub may append as well.
      await this.append(AHEAD, nth % 5 === 0 ? this.open.store : this.remote);
      await until(() => this.behind(AHEAD) <= SUBSCRIBERS * 0.6, 'many keep up', PATIENT);
    }
    await until(() => this.behind(0) === 0, 'all are at the end', PATIENT);
  }

  /** How many have not been told of the log up to so many events from its end. */
  private behind(events: number): number {
    return this.subscribers.filter(({ through = 0 }) => through < this.head - events).length;
  }

  private async append(count: number, store: EventStore): Promise<void> {
    for (let left = count; left > 0; left -= APPENDED_AT_ONCE) {
      const appends = CATEGORIES.map((category, nth) => ({
        stream: `${category}-${this.random.between(1, 10)}`,
        expectedRevision: 'any' as const,
        events: range(1, nth === 0 ? APPENDED_AT_ONCE - 2 * 6 : 6).map(() =>
          newEvent(TEXT, this.random.pick(TYPES)),
        ),
      }));
      const { position } = await store.appendToStreams(appends);
      this.head = position;
    }
  }

  private async violations(): Promise<string[]> {
    const log = await loggedEvents(this.database);
    return this.subscribers.flatMap((subscriber, nth) => {
      const { text, wants } = this.queries[nth];
      const wanted = log.filter(wants);
      const { ids, positions } = subscriber;
      const at = wanted.findIndex(
        ({ id, position }, place) => ids[place] !== id || positions[place] !== position,
      );
      if (at < 0 && positions.length === wanted.length) return [];
      const place = at < 0 ? wanted.length : at;
      return [
        `subscriber ${nth} (${text}) has got ${positions.length} of ${wanted.length} events, ` +
          `and ${positions[place]} after ${positions[place - 1]} instead of ${wanted[place]?.position}`,
      ];
    });
  }

  private report(seconds: number, memories: readonly Memory[], stall: AfterStall): void {
    const connections = this.subscribers.reduce((sum, each) => sum + each.connections, 0);
    const received = this.subscribers.reduce((sum, { ids }) => sum + ids.length, 0);
    const [start, stalling, half, end] = memories.map(
      ({ used, resident }) => `${used} (${resident})`,
    );
    process.stdout.write(
      `${received} received over ${connections} connections in ${seconds.toFixed(1)} s; memory in use ` +
        `(resident), MiB: ${start} at first, ${stalling} with one that stalls, ${half} at ` +
        `half, ${end} at the end; the one that stalled for ${Math.round(stall.stalledMs)} ms ` +
        `${stall.isCutOff ? 'was cut off after' : 'has got'} ${stall.positions.length} of ${BULK.events} events\n`,
    );
  }
}

/** Some want everything, others some of it. */
function queryOf(nr: number): Query {
  const category = CATEGORIES[nr % 3];
  const type = TYPES[nr % 2];
  const isOfCategory = ({ stream }: LoggedEvent): boolean => stream.startsWith(`${category}-`);
  const isOfType = (event: LoggedEvent): boolean => event.type === type;
  if (nr % 5 === 0) return { text: `?category=${category}`, wants: isOfCategory };
  if (nr % 5 === 1) return { text: `?type=${type}`, wants: isOfType };
  if (nr % 5 === 2) {
    return {
      text: `?category=${category}&type=${type}`,
      wants: (event) => isOfCategory(event) && isOfType(event),
    };
  }
  const after = BULK.events + (nr % 5 === 3 ? 0 : 100);
  return { text: `?after=${after}`, wants: ({ position }) => position > after };
}

function newEvent(text: string, type = 'thing.stored'): NewEvent {
  return { id: v7(), type, version: 1, data: { text } };
}

/** Whoever stalls is held back or cut off, and loses nothing of what it has got. */
function stallFaults({ isCutOff, positions }: AfterStall): string[] {
  const isGap = positions.some((position, nth) => position !== nth + 1);
  const isWhole = positions.length === BULK.events;
  return [
    ...(isGap ? ['the one that stalled has missed something'] : []),
    ...(isCutOff === IS_LONG ? [] : [`it was ${isCutOff ? '' : 'not '}cut off`]),
    ...(isCutOff === isWhole ? [`it has got ${positions.length} of ${BULK.events} events`] : []),
  ];
}
