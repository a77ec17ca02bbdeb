import type { Snapshot, SnapshotStore } from '../../src/event-sourcing/index.js';
import { createLog, LOG_KINDS, type LogWithSnapshots } from '../support/logs-with-snapshots.js';

const STREAM = 'order-1';

function snapshotAt(revision: number, properties: Partial<Snapshot> = {}): Snapshot {
  return {
    stream: STREAM,
    revision,
    version: '1',
    state: `{"revision":${revision}}`,
    recordedAt: new Date(Date.UTC(2026, 0, 1, 0, 0, 0, revision)),
    ...properties,
  };
}

describe.each(LOG_KINDS)('the snapshot store on %s', (kind) => {
  let log: LogWithSnapshots;
  let store: SnapshotStore;

  beforeEach(async () => {
    log = await createLog(kind);
    store = log.snapshotStore;
  });

  afterEach(() => log.drop());

  async function save(snapshots: readonly Snapshot[], keep = 10): Promise<void> {
    for (const snapshot of snapshots) await store.save(snapshot, keep);
  }

  async function revisions(...bounds: Parameters<SnapshotStore['findNearest']>[2][]) {
    const found = await Promise.all(bounds.map((each) => store.findNearest(STREAM, '1', each)));
    return found.map((each) => each?.revision);
  }

  it('gives back a snapshot as it was, whatever its text', async () => {
    const snapshot = snapshotAt(7, { state: '{"text":"Zoë 🦉 \\u0000 \\ud800 \'? $1"}' });
    await save([snapshot]);
    expect(await store.findNearest(STREAM, '1')).toEqual(snapshot);
  });

  it('finds nothing for a stream that has none', async () => {
    await save([snapshotAt(7)]);
    expect(await store.findNearest('order-10', '1')).toBeUndefined();
    expect(await store.findNearest('no stream at all \u0000', '1')).toBeUndefined();
  });

  it('finds the highest revision, in whatever order they came', async () => {
    await save([snapshotAt(9), snapshotAt(100), snapshotAt(20)]);
    expect(await revisions(undefined)).toEqual([100]);
  });

  it('finds the nearest one that is not above a revision', async () => {
    await save([snapshotAt(10), snapshotAt(20), snapshotAt(30)]);
    expect(
      await revisions({ to: 9 }, { to: 10 }, { to: 29 }, { to: 30 }, { to: Infinity }, { to: -1 }),
    ).toEqual([undefined, 10, 20, 30, 30, undefined]);
  });

  it('finds the nearest one whose event was recorded by a time, to the millisecond', async () => {
    await save([snapshotAt(10), snapshotAt(20), snapshotAt(30)]);
    const at = (milliseconds: number) => ({
      until: new Date(Date.UTC(2026, 0, 1, 0, 0, 0, milliseconds)),
    });
    expect(await revisions(at(9), at(10), at(19), at(20), at(1e6))).toEqual([
      undefined,
      10,
      10,
      20,
      30,
    ]);
    const [earliest, latest] = [{ until: new Date(-8.64e15) }, { until: new Date(8.64e15) }];
    expect(await revisions(earliest, latest, { ...at(25), to: 15 })).toEqual([undefined, 30, 10]);
  });

  it('finds none of another version', async () => {
    await save([snapshotAt(10), snapshotAt(20, { version: '2' })]);
    expect(await revisions(undefined)).toEqual([10]);
    expect(await store.findNearest(STREAM, '3')).toBeUndefined();
  });

  it('puts one in place of another at its revision', async () => {
    await save([snapshotAt(10), snapshotAt(10, { version: '2', state: '{}' })]);
    expect(await revisions(undefined)).toEqual([undefined]);
    expect(await store.findNearest(STREAM, '2')).toMatchObject({ revision: 10, state: '{}' });
  });

  it('keeps as many of a stream as it is told, those with the highest revisions', async () => {
    await save([snapshotAt(10, { stream: 'order-2' })]);
    await save([20, 10, 40, 30].map((revision) => snapshotAt(revision)));
    await store.save(snapshotAt(50, { version: '2' }), 3);
    expect(await revisions({ to: 29 }, { to: 30 }, { to: 50 })).toEqual([undefined, 30, 40]);
    expect(await store.findNearest('order-2', '1')).toBeDefined();
  });

  it('keeps no late one that is lower than all that are kept', async () => {
    await save([snapshotAt(20), snapshotAt(30), snapshotAt(10)], 2);
    expect(await revisions({ to: 15 }, undefined)).toEqual([undefined, 30]);
  });

  it('takes several of one stream at once', async () => {
    const all = Array.from({ length: 10 }, (_, index) => snapshotAt(index + 1));
    await Promise.all(all.map((snapshot) => store.save(snapshot, 20)));
    expect(await revisions(...all.map(({ revision }) => ({ to: revision })))).toEqual(
      all.map(({ revision }) => revision),
    );
  });
});
