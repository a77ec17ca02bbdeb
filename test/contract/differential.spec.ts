import fc from 'fast-check';
import { SystemClock } from '../../src/event-sourcing/context/clock.js';
import type {
  AppendResult,
  EventStore,
  ReadLogOptions,
  ReadStreamOptions,
} from '../../src/event-sourcing/store/event-store.js';
import type { RecordedEvent } from '../../src/event-sourcing/store/recorded-event.js';
import { InMemoryEventStore } from '../../src/event-sourcing/store/memory/in-memory-event-store.js';
import {
  createDatabase,
  openDatabase,
  type OpenDatabase,
  type TestDatabase,
} from '../support/databases.js';
import { emptyPostgresLog } from '../support/empty-log.js';
import { CORRELATIONS, type Step, steps, STREAMS, TYPES, Workload } from './workload.js';

const RUNS = Number(process.env.DIFFERENTIAL_RUNS ?? 60);
const SEED = process.env.DIFFERENTIAL_SEED;

/** From one append a flight to all of a tick: where flights are split must make no difference. */
const FLIGHT_SIZES = [1, 1_000, 4_000, undefined];

const bound = fc.oneof(fc.integer({ min: -1, max: 40 }), fc.constantFrom(Infinity, -Infinity));
const paging = {
  direction: fc.constantFrom('forwards' as const, 'backwards' as const),
  limit: fc.oneof(fc.nat({ max: 20 }), fc.constant(Infinity)),
};
const logOptions: fc.Arbitrary<ReadLogOptions> = fc.record(
  {
    ...paging,
    after: bound,
    upTo: bound,
    categories: fc.subarray(['a', 'ab', 'b', 'c', 'A', '\u0000']),
    types: fc.subarray([...TYPES, 'a', 'Not a type', '']),
    correlationId: fc.constantFrom(...CORRELATIONS, 'request', ''),
  },
  { requiredKeys: [] },
);
const streamOptions: fc.Arbitrary<ReadStreamOptions> = fc.record(
  { ...paging, from: bound, to: bound },
  { requiredKeys: [] },
);

const scenario = fc.record({
  steps,
  maxFlightSize: fc.constantFrom(...FLIGHT_SIZES),
  logReads: fc.array(logOptions, { minLength: 8, maxLength: 8 }),
  streamReads: fc.array(
    fc.record({ stream: fc.constantFrom(...STREAMS, 'a-', 'a-\ud800'), options: streamOptions }),
    { minLength: 4, maxLength: 4 },
  ),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

describe('the event stores in memory, on SQLite and on PostgreSQL', () => {
  let postgres: TestDatabase;
  const opened = new Map<number | undefined, OpenDatabase>();

  beforeAll(async () => {
    postgres = await createDatabase('postgres');
    for (const maxFlightSize of FLIGHT_SIZES) {
      opened.set(maxFlightSize, await openDatabase(postgres, {}, { maxFlightSize }));
    }
  });

  afterAll(async () => {
    await Promise.all([...opened.values()].map(({ close }) => close()));
    await postgres.drop();
  });

  it(
    'answer the same to any workload, and hold the same log after it',
    async () => {
      await fc.assert(
        fc.asyncProperty(scenario, async (given) => {
          const inMemory = await observe(given, new InMemoryEventStore(new SystemClock()));
          expect(await onSqlite(given)).toEqual(inMemory);
          expect(await onPostgres(given)).toEqual(inMemory);
        }),
        { numRuns: RUNS, ...(SEED ? { seed: Number(SEED) } : {}) },
      );
    },
    10_000 + RUNS * 2_000,
  );

  async function onPostgres(given: Scenario): Promise<readonly string[]> {
    await emptyPostgresLog(postgres);
    return observe(given, (opened.get(given.maxFlightSize) as OpenDatabase).store);
  }
});

async function onSqlite(given: Scenario): Promise<readonly string[]> {
  const database = await createDatabase('sqlite');
  const { store, close } = await openDatabase(database, {}, given);
  try {
    return await observe(given, store);
  } finally {
    await close();
    await database.drop();
  }
}

/** All that can be learnt from a store that is given this workload, as text. */
async function observe(given: Scenario, store: EventStore): Promise<readonly string[]> {
  const workload = new Workload();
  const seen: string[] = [];
  for (const step of given.steps) seen.push(...(await outcomesOf(step, workload, store)));
  for (const stream of STREAMS) seen.push(`${stream} ${await store.streamRevision(stream)}`);
  seen.push(`head ${await store.headPosition()}`);
  for (const id of workload.knownIds) {
    const event = await store.findEvent(id);
    seen.push(`${id} ${event ? textOf(event) : 'unknown'}`);
  }
  const reads = [
    store.readLog(),
    ...given.logReads.map((options) => store.readLog(options)),
    ...given.streamReads.map(({ stream, options }) => store.readStream(stream, options)),
  ];
  for (const [nr, read] of reads.entries()) {
    for await (const event of read) seen.push(`read ${nr} ${textOf(event)}`);
  }
  return seen;
}

async function outcomesOf(step: Step, workload: Workload, store: EventStore): Promise<string[]> {
  const revisions = new Map<string, number>();
  for (const stream of STREAMS) revisions.set(stream, await store.streamRevision(stream));
  const outcomes = await Promise.allSettled(
    workload.appendsOf(step, revisions).map((appends) => store.appendToStreams(appends)),
  );
  return outcomes.map((outcome) => {
    if (outcome.status === 'fulfilled') return resultText(outcome.value);
    const error = outcome.reason as Error;
    return JSON.stringify({ ...error, message: error.message });
  });
}

function resultText({ events, position, repeated }: AppendResult): string {
  const places = events.map((event) => [event.id, event.stream, event.revision, event.position]);
  return JSON.stringify({ places, position, repeated });
}

function textOf(event: RecordedEvent): string {
  const { id, type, version, stream, revision, position, data, metadata, tags } = event;
  return JSON.stringify([position, stream, revision, id, type, version, data, metadata, tags]);
}
