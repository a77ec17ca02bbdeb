import fc from 'fast-check';
import { v7 } from 'uuid';
import { Aggregate, type LoadOptions, type NewEvent } from '../../src/event-sourcing/index.js';
import { collect } from '../support/async.js';
import { range } from '../support/effects.js';
import { keepLedger, ledgersIn } from '../support/kept-ledgers.js';
import { Ledger, SnapshottedLedger } from '../support/ledger.aggregate.js';
import { createLog, LOG_KINDS, type LogWithSnapshots } from '../support/logs-with-snapshots.js';

const RUNS = Number(process.env.SNAPSHOT_RUNS ?? 15);
const SEED = process.env.SNAPSHOT_SEED;

@Aggregate('ledger', { snapshot: { every: 100 } })
class LongLedger extends Ledger {}

/** Deeds of one commit. */
const commit = fc.array(
  fc.oneof(
    fc.record({ account: fc.constantFrom('a', 'b', 'c'), cents: fc.integer() }),
    fc.record({ to: fc.constantFrom('Jane', 'John', null) }),
  ),
  { minLength: 1, maxLength: 7 },
);

const scenario = fc.record({
  commits: fc.array(commit, { minLength: 5, maxLength: 25 }),
  /** How far back, in events; more than there are means the first. */
  ages: fc.array(fc.nat({ max: 120 }), { minLength: 6, maxLength: 6 }),
});

describe.each(LOG_KINDS)('snapshots on %s', (kind) => {
  let log: LogWithSnapshots;

  beforeAll(async () => {
    log = await createLog(kind);
  });

  afterAll(() => log.drop());

  /** What is found, and whether it is what replaying everything gives. */
  async function expectFullReplay(
    { ledgers }: Pick<ReturnType<typeof ledgersIn>, 'ledgers'>,
    id: string,
    options?: LoadOptions,
  ): Promise<void> {
    const replayed = await ledgersIn(log, Ledger).ledgers.find(id, options);
    const loaded = await ledgers.find(id, options);
    expect(loaded?.revision).toBe(replayed?.revision);
    expect(loaded?.toSnapshot()).toStrictEqual(replayed?.toSnapshot());
  }

  it(
    'change no answer about any revision or time',
    async () => {
      await fc.assert(
        fc.asyncProperty(scenario, async ({ commits, ages }) => {
          const id = v7();
          const writing = ledgersIn(log);
          await keepLedger(writing, 1, id);
          for (const deeds of commits) {
            await writing.ledgers.execute(id, (ledger) => {
              for (const deed of deeds) {
                if ('to' in deed) ledger.handOver(deed.to);
                else ledger.book(deed.account, deed.cents);
              }
            });
          }
          await writing.snapshots.drained();
          const events = await collect(log.store.readStream(`ledger-${id}`));
          const started = ledgersIn(log);
          for (const ledgers of [writing, started]) {
            await expectFullReplay(ledgers, id);
            for (const age of ages) {
              const { revision, recordedAt } = events[Math.max(0, events.length - 1 - age)];
              await expectFullReplay(ledgers, id, { revision });
              await expectFullReplay(ledgers, id, { at: recordedAt });
              await expectFullReplay(ledgers, id, { at: new Date(recordedAt.getTime() - 1) });
              await expectFullReplay(ledgers, id, { revision, at: recordedAt });
            }
            await expectFullReplay(ledgers, id, { revision: events.length + 1 });
            await expectFullReplay(ledgers, id, { revision: 0 });
          }
        }),
        { numRuns: RUNS, ...(SEED ? { seed: Number(SEED) } : {}) },
      );
    },
    10_000 + RUNS * 2_000,
  );

  it('change no answer when all of them are deleted', async () => {
    const { ledgers, snapshots } = ledgersIn(log);
    await keepLedger({ ledgers, snapshots }, 35, 'deleted');
    await log.deleteSnapshots();
    await expectFullReplay({ ledgers }, 'deleted');
    await expectFullReplay(ledgersIn(log), 'deleted', { revision: 31 });
    await expectFullReplay(ledgersIn(log), 'deleted');
  });

  it('let a stream of 20,000 events be loaded by reading the last few', async () => {
    const stream = 'ledger-long';
    await log.store.append(stream, 'none', [
      booking('ledger.opened', { owner: 'John', at: { $date: '2026-01-01T00:00:00.000Z' } }),
    ]);
    for (const first of range(0, 9).map((nr) => 1 + nr * 2_000)) {
      const last = Math.min(first + 1_999, 19_999);
      const events = range(first, last).map((nr) =>
        booking('ledger.booked', { account: `account ${nr % 50}`, cents: { $bigint: `${nr}` } }),
      );
      await log.store.append(stream, first, events);
    }
    const { ledgers, snapshots, store } = ledgersIn(log, LongLedger);
    await ledgers.load('long');
    await snapshots.drained();

    store.eventsRead = 0;
    const ledger = await ledgers.load('long');
    expect(ledger).toMatchObject({ revision: 20_000 });
    expect(store.eventsRead).toBe(0);

    for (const nr of range(1, 150)) ledger.book('a', nr);
    await ledgers.save(ledger);
    await snapshots.drained();
    for (const nr of range(1, 49)) ledger.book('b', nr);
    await ledgers.save(ledger);
    store.eventsRead = 0;
    await ledgers.execute('long', (each) => each.book('c', 1));
    expect(store.eventsRead).toBe(49);
    await snapshots.drained();
    await expectFullReplay({ ledgers }, 'long');
    await expectFullReplay({ ledgers }, 'long', { revision: 20_100 });
  });

  it('let changes at once in two processes all succeed, one after the other', async () => {
    const processes = [ledgersIn(log), ledgersIn(log)];
    await keepLedger(processes[0], 8, 'hot');
    await Promise.all(
      range(1, 50).map((nr) =>
        processes[nr % 2].ledgers.execute('hot', (ledger) => ledger.book(`by ${nr % 2}`, nr)),
      ),
    );
    await Promise.all(processes.map(({ snapshots }) => snapshots.drained()));
    const ledger = await processes[0].ledgers.load('hot');
    expect(ledger.revision).toBe(58);
    for (const ledgers of processes) await expectFullReplay(ledgers, 'hot');
  });

  it('are found by a process that has just started, those within its bounds', async () => {
    await keepLedger(ledgersIn(log), 65, 'kept');
    const { ledgers, snapshots, store } = ledgersIn(log, SnapshottedLedger);
    await ledgers.load('kept');
    await snapshots.drained();
    const eventsReadFor = async (options: LoadOptions): Promise<number> => {
      store.eventsRead = 0;
      await ledgers.load('kept', options);
      return store.eventsRead;
    };
    // Three are kept: at 60, 50 and 40.
    expect(await eventsReadFor({})).toBe(5);
    expect(await eventsReadFor({ revision: 60 })).toBe(0);
    expect(await eventsReadFor({ revision: 59 })).toBe(9);
    expect(await eventsReadFor({ revision: 40 })).toBe(0);
    expect(await eventsReadFor({ revision: 39 })).toBe(39);
  });
});

function booking(type: string, data: NewEvent['data']): NewEvent {
  return { id: v7(), type, version: 1, data };
}
