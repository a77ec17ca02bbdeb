import {
  numbers,
  wholeLog,
} from '../../src/event-sourcing/testing/event-store-contract/contract-support.js';
import type { RecordedEvent } from '../../src/event-sourcing/store/recorded-event.js';
import {
  createDatabase,
  openDatabase,
  type OpenDatabase,
  type TestDatabase,
} from '../support/databases.js';
import { Tail } from '../support/tail.js';
import { runTogether } from '../support/worker-process.js';

/** What a writer process reports. */
interface Report {
  readonly acknowledged: readonly {
    readonly id: string;
    readonly stream: string;
    readonly revision?: number;
    readonly position?: number;
  }[];
  readonly refused: readonly string[];
  readonly rolledBack: readonly string[];
  readonly repetitions: number;
}

const SEED = Number(process.env.TAILING_SEED ?? Math.floor(Math.random() * 2 ** 31));

describe.each([
  { kind: 'postgres' as const, writers: 8, turns: 100 },
  { kind: 'sqlite' as const, writers: 2, turns: 250 },
])('a log on $kind that $writers processes write to', ({ kind, writers, turns }) => {
  let database: TestDatabase;
  let readers: OpenDatabase[];
  let log: readonly RecordedEvent[];
  let reports: readonly Report[];
  let everything: Tail;
  let inSmallBites: Tail;
  let ofOneCategory: Tail;

  beforeAll(async () => {
    database = await createDatabase(kind);
    readers = [];
    for (const _ of numbers(1, 3)) readers.push(await openDatabase(database));
    everything = new Tail(readers[0].store);
    inSmallBites = new Tail(readers[1].store, { limit: 3 });
    ofOneCategory = new Tail(readers[2].store, { categories: ['parcel'] });

    const writing = runTogether<Report>(
      'restless-writer.mjs',
      numbers(1, writers).map((nr) => ({
        options: database.options,
        name: `writer-${nr}`,
        seed: SEED + nr,
        turns,
      })),
    );
    const tails = [everything, inSmallBites, ofOneCategory];
    await Promise.all(tails.map((tail) => tail.followWhile(writing)));
    reports = await writing.catch((error: unknown) => {
      throw withSeed(error);
    });
    log = await wholeLog(readers[0].store);
  }, 60_000);

  afterAll(async () => {
    await Promise.all(readers.map(({ close }) => close()));
    await database.drop();
  });

  it('is written to in every way, and by all of them at once', () => {
    given(() => {
      for (const { repetitions, rolledBack } of reports) {
        expect(repetitions).toBeGreaterThan(0);
        expect(rolledBack.length).toBeGreaterThan(0);
      }
      expect(reports.flatMap(({ refused }) => refused).length).toBeGreaterThan(0);
      const changesOfHand = log.filter(
        ({ metadata }, index) => index > 0 && metadata.actor !== log[index - 1].metadata.actor,
      );
      expect(changesOfHand.length).toBeGreaterThan(log.length / 20);
      for (const { catches } of [everything, inSmallBites, ofOneCategory]) {
        expect(catches).toBeGreaterThan(10);
      }
    });
  });

  it('has dense positions, and dense revisions in every stream', () => {
    given(() => {
      expect(log.map(({ position }) => position)).toEqual(numbers(1, log.length));
      for (const name of new Set(log.map(({ stream }) => stream))) {
        const revisions = log.filter(({ stream }) => stream === name).map((each) => each.revision);
        expect(revisions).toEqual(numbers(1, revisions.length));
      }
    });
  });

  it('holds every acknowledged event once, where it was said to be, and no other', () => {
    given(() => {
      const acknowledged = reports.flatMap((report) => report.acknowledged);
      const stored = new Map(log.map((event) => [event.id, event]));
      expect(stored.size).toBe(log.length);
      expect(log).toHaveLength(acknowledged.length);
      for (const { id, ...place } of acknowledged) expect(stored.get(id)).toMatchObject(place);
      for (const { refused, rolledBack } of reports) {
        for (const id of [...refused, ...rolledBack]) expect(stored.has(id)).toBe(false);
      }
    });
  });

  it('is seen by those who follow it in order, without a gap, and nothing twice', () => {
    given(() => {
      expect(everything.seen).toEqual(log);
      expect(inSmallBites.seen).toEqual(log);
      expect(ofOneCategory.seen).toEqual(log.filter(({ stream }) => stream.startsWith('parcel-')));
    });
  });
});

/** Names the seed with which a failure can be provoked again. */
function given(check: () => void): void {
  try {
    check();
  } catch (error) {
    throw withSeed(error);
  }
}

function withSeed(error: unknown): Error {
  return new Error(`with TAILING_SEED=${SEED}: ${(error as Error).message}`, { cause: error });
}
