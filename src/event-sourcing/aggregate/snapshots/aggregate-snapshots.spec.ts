import { jest } from '@jest/globals';
import { captureLogs, type CapturedLogs } from '../../../../test/support/captured-logs.js';
import { SettableClock } from '../../../../test/support/controlled-environment.js';
import { keepLedger, ledgersIn } from '../../../../test/support/kept-ledgers.js';
import { SpyingSnapshotStore } from '../../../../test/support/spying-snapshot-store.js';
import { InMemoryEventStore } from '../../store/memory/in-memory-event-store.js';
import {
  ChangedLedger,
  Ledger,
  SnapshottedLedger,
} from '../../../../test/support/ledger.aggregate.js';
import { Gate } from '../../../../test/support/async.js';
import { ConcurrencyError } from '../../errors/store.errors.js';

let log: { readonly store: InMemoryEventStore; readonly snapshotStore: SpyingSnapshotStore };
let logs: CapturedLogs;

beforeEach(() => {
  log = {
    store: new InMemoryEventStore(new SettableClock()),
    snapshotStore: new SpyingSnapshotStore(),
  };
  logs = captureLogs();
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a snapshot is taken', () => {
  it('when a commit crosses a multiple of the events there are to be between two', async () => {
    const { ledgers, snapshots } = ledgersIn(log);
    const ledger = await ledgers.findOrNew('1');
    ledger.open('John');
    for (const size of [8, 1, 3, 5, 2, 30]) {
      for (let nr = 0; nr < size; nr += 1) ledger.book('a', 1);
      await ledgers.save(ledger);
      await snapshots.drained();
    }
    // After 9, 10, 13, 18, 20 and 50 events.
    expect(log.snapshotStore.revisions).toEqual([10, 20, 50]);
  });

  it('whichever way events are committed', async () => {
    const { connect, snapshots } = ledgersIn(log);
    const ledger = connect(new SnapshottedLedger('1'));
    ledger.open('John');
    for (let nr = 0; nr < 9; nr += 1) ledger.book('a', 1);
    await ledger.commit();
    await snapshots.drained();
    expect(log.snapshotStore.revisions).toEqual([10]);
  });

  it('after a load that had to replay as many events', async () => {
    await keepLedger(ledgersIn(log, Ledger), 25);
    const { ledgers, snapshots, store } = ledgersIn(log);
    expect(await ledgers.load('1')).toMatchObject({ revision: 25 });
    await snapshots.drained();
    expect(log.snapshotStore.revisions).toEqual([25]);
    store.eventsRead = 0;
    await ledgers.load('1');
    expect(store.eventsRead).toBe(0);
  });

  it('and not after one of a past state, however much that replayed', async () => {
    await keepLedger(ledgersIn(log, Ledger), 25);
    const { ledgers, snapshots } = ledgersIn(log);
    await ledgers.load('1', { revision: 24 });
    await ledgers.load('1', { at: new Date() });
    await snapshots.drained();
    expect(log.snapshotStore.revisions).toEqual([]);
  });

  it('of nothing that is not committed', async () => {
    const { ledgers, snapshots } = ledgersIn(log);
    await keepLedger({ ledgers, snapshots }, 9);
    const [late, ledger] = [await ledgers.load('1'), await ledgers.load('1')];
    ledger.book('a', 1);
    await ledgers.save(ledger);
    ledger.book('b', 2);
    ledger.owner = 'nobody asked';
    late.book('c', 3);
    await expect(ledgers.save(late)).rejects.toThrow(ConcurrencyError);
    await snapshots.drained();
    expect(log.snapshotStore.revisions).toEqual([10]);
    const { ledgers: elsewhere } = ledgersIn(log, Ledger);
    expect((await ledgers.load('1')).toSnapshot()).toEqual(
      (await elsewhere.load('1')).toSnapshot(),
    );
  });

  it('behind the commit, which does not wait for it, and one at a time', async () => {
    const { ledgers, snapshots } = ledgersIn(log);
    const gate = new Gate();
    log.snapshotStore.beforeSave = () => gate.opened;
    const ledger = await ledgers.findOrNew('1');
    ledger.open('John');
    for (let nr = 1; nr < 35; nr += 1) {
      ledger.book('a', 1);
      await ledgers.save(ledger);
    }
    expect(log.snapshotStore.revisions).toEqual([]);
    gate.open();
    await snapshots.drained();
    expect(log.snapshotStore.saved).toHaveLength(1);
  });

  it('in vain where it cannot be kept, which is logged and harms nobody', async () => {
    const { ledgers, snapshots } = ledgersIn(log);
    log.snapshotStore.beforeSave = () => Promise.reject(new Error('The disk is full.'));
    await keepLedger({ ledgers, snapshots }, 20);
    expect(logs.warnings).toEqual([
      'No snapshot of "ledger-1" was taken: The disk is full.',
      'No snapshot of "ledger-1" was taken: The disk is full.',
    ]);
    expect(await ledgers.load('1')).toMatchObject({ revision: 20 });
  });

  it('never where the class was declared without, nor is one searched for', async () => {
    const { ledgers, snapshots } = ledgersIn(log, Ledger);
    await keepLedger({ ledgers, snapshots }, 30);
    expect(log.snapshotStore).toMatchObject({ saved: [], searches: 0 });
  });
});

describe('loading by way of a snapshot', () => {
  it('takes one query more', async () => {
    const { ledgers, snapshots } = ledgersIn(log);
    await keepLedger({ ledgers, snapshots }, 12);
    log.snapshotStore.searches = 0;
    await ledgers.load('1');
    await ledgers.load('1', { revision: 11 });
    await ledgers.findOrNew('1');
    await ledgers.execute('1', (ledger) => ledger.book('a', 1));
    expect(log.snapshotStore.searches).toBe(4);
  });

  it('restores fields that initialisers and the constructor have set', async () => {
    const { ledgers, snapshots } = ledgersIn(log);
    await keepLedger({ ledgers, snapshots }, 10, 'x-usd');
    await ledgers.execute('x-usd', (ledger) => ledger.handOver(null));
    await keepLedger({ ledgers, snapshots }, 20, 'x-usd');
    const ledger = await ledgers.load('x-usd');
    expect(ledger).toMatchObject({ id: 'x-usd', currency: 'USD', owner: undefined, revision: 20 });
    expect(ledger).toBeInstanceOf(SnapshottedLedger);
    expect(ledger.linesAddUp).toBe(true);
    expect(ledger.getUncommittedEvents()).toEqual([]);
  });

  it('leaves aside the snapshots of another version', async () => {
    await keepLedger(ledgersIn(log), 20);
    const changed = ledgersIn(log, ChangedLedger);
    await changed.ledgers.load('1');
    expect(changed.store.eventsRead).toBe(20);
    await changed.snapshots.drained();
    expect(new Set(log.snapshotStore.saved.map(({ version }) => version)).size).toBe(2);
  });

  it.each([
    ['no JSON', '{"owner":'],
    ['of another class', '{"owner":"John"}'],
    ['of a value object that is gone', '{"owner":{"$type":"gone","$fields":{}}}'],
  ])('leaves aside one that is %s, with a warning, and replaces it', async (_, state) => {
    await keepLedger(ledgersIn(log), 20);
    const [latest] = log.snapshotStore.saved.slice(-1);
    await log.snapshotStore.save({ ...latest, state }, 10);
    const { ledgers, snapshots, store } = ledgersIn(log);
    expect(await ledgers.load('1')).toMatchObject({ revision: 20, owner: 'John' });
    expect(logs.warnings[0]).toMatch(
      /^A snapshot of "ledger-1" cannot be used and is left aside: /,
    );
    await snapshots.drained();
    store.eventsRead = 0;
    await ledgers.load('1');
    expect(store.eventsRead).toBe(0);
  });

  it('does without where the snapshots cannot be reached', async () => {
    await keepLedger(ledgersIn(log), 20);
    const { ledgers, snapshots } = ledgersIn(log);
    log.snapshotStore.beforeSearch = () => Promise.reject(new Error('There is no such table.'));
    expect(await ledgers.load('1')).toMatchObject({ revision: 20, owner: 'John' });
    await snapshots.drained();
    expect(logs.warnings[0]).toMatch(/There is no such table\.$/);
  });

  it('leaves aside one to which the events behind it cannot be applied', async () => {
    await keepLedger(ledgersIn(log), 20);
    await ledgersIn(log, Ledger).ledgers.execute('1', (ledger) => ledger.book('a', 1));
    const [latest] = log.snapshotStore.saved.slice(-1);
    const state = { ...(JSON.parse(latest.state) as object), balances: null };
    await log.snapshotStore.save({ ...latest, state: JSON.stringify(state) }, 10);
    const { ledgers, snapshots } = ledgersIn(log);
    expect(await ledgers.load('1')).toMatchObject({ revision: 21, owner: 'John' });
    expect(logs.warnings[0]).toMatch(
      /^A snapshot of "ledger-1" cannot be used and is left aside: /,
    );
    await snapshots.drained();
  });
});
