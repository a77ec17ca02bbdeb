import type { RecordedEvent } from '../../src/event-sourcing/store/recorded-event.js';
import {
  newEvents,
  wholeLog,
} from '../../src/event-sourcing/testing/event-store-contract/contract-support.js';
import {
  createDatabase,
  type DatabaseKind,
  openDatabase,
  type OpenDatabase,
  type TestDatabase,
} from '../support/databases.js';

/** A row like the second event's, with some of its columns replaced. */
function forged(columns: Readonly<Record<string, string>>): string {
  const names = [
    ...['position', 'id', 'stream', 'revision', 'category', 'type', 'version', 'data'],
    ...['metadata', 'tags', 'correlation_id', 'recorded_at'],
  ];
  const values = names.map((name) => columns[name] ?? name);
  return `hub_events (${names.join(', ')}) SELECT ${values.join(', ')} FROM hub_events WHERE position = 2`;
}

const NEW_ID = "'00000000-0000-7000-8000-000000000001'";
const TAKEN_POSITION = forged({ id: NEW_ID, stream: "'order-9'" });
const TAKEN_ID = forged({ position: '4', stream: "'order-9'" });
const TAKEN_REVISION = forged({ position: '4', id: NEW_ID });

type Forgery = readonly [what: string, sql: string];

const ON_BOTH: readonly Forgery[] = [
  ['an UPDATE of one event', "UPDATE hub_events SET data = '{}' WHERE position = 2"],
  ['an UPDATE of all events', "UPDATE hub_events SET recorded_at = '2026-01-01'"],
  ['an UPDATE that would change nothing', 'UPDATE hub_events SET data = data'],
  ['a DELETE of the last event', 'DELETE FROM hub_events WHERE position = 3'],
  ['a DELETE of all events', 'DELETE FROM hub_events'],
];

const FORGERIES: Record<DatabaseKind, readonly Forgery[]> = {
  sqlite: [
    ...ON_BOTH,
    ['an UPDATE OR REPLACE', 'UPDATE OR REPLACE hub_events SET position = 1 WHERE position = 2'],
    ['an INSERT OR REPLACE of a position', `INSERT OR REPLACE INTO ${TAKEN_POSITION}`],
    ['a REPLACE of an id', `REPLACE INTO ${TAKEN_ID}`],
    ['a REPLACE of a revision', `REPLACE INTO ${TAKEN_REVISION}`],
    ['an upsert', `INSERT INTO ${TAKEN_POSITION} ON CONFLICT DO UPDATE SET data = '{}'`],
  ],
  postgres: [
    ...ON_BOTH,
    ['TRUNCATE', 'TRUNCATE hub_events'],
    [
      'TRUNCATE beside other tables',
      'TRUNCATE hub_checkpoints, hub_events RESTART IDENTITY CASCADE',
    ],
    ['an upsert', `INSERT INTO ${TAKEN_POSITION} ON CONFLICT (position) DO UPDATE SET data = '{}'`],
    [
      'a MERGE that updates',
      "MERGE INTO hub_events USING hub_head ON true WHEN MATCHED THEN UPDATE SET data = '{}'",
    ],
    [
      'a MERGE that deletes',
      'MERGE INTO hub_events USING hub_head ON true WHEN MATCHED THEN DELETE',
    ],
  ],
};

const COLLISIONS: readonly Forgery[] = [
  ['at a position that is taken', `INSERT INTO ${TAKEN_POSITION}`],
  ['with an id that is taken', `INSERT INTO ${TAKEN_ID}`],
  ['at a revision that is taken', `INSERT INTO ${TAKEN_REVISION}`],
];

describe.each(['sqlite', 'postgres'] as const)('the log on %s', (kind) => {
  let database: TestDatabase;
  let opened: OpenDatabase;
  let before: readonly RecordedEvent[];

  beforeAll(async () => {
    database = await createDatabase(kind);
    opened = await openDatabase(database);
    await opened.store.append('order-1', 'none', newEvents(2));
    await opened.store.append('order-2', 'none', newEvents(1));
    before = await wholeLog(opened.store);
  });

  afterAll(async () => {
    await opened.close();
    await database.drop();
  });

  it.each(FORGERIES[kind])('refuses %s', async (_what, sql) => {
    await expect(execute(sql)).rejects.toThrow(/append-only/);
    expect(await wholeLog(opened.store)).toEqual(before);
  });

  it.each(COLLISIONS)('refuses a second event %s', async (_what, sql) => {
    await expect(execute(sql)).rejects.toThrow();
    expect(await wholeLog(opened.store)).toEqual(before);
  });

  it('still takes events from the store after that', async () => {
    const { position } = await opened.store.append('order-2', 1, newEvents(1));
    expect(position).toBe(4);
  });

  function execute(sql: string): Promise<unknown> {
    return opened.transactions.run((manager) => manager.query(sql));
  }
});
