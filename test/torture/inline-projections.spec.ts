import { until } from '../support/async.js';
import { DATABASE_KINDS, openDatabase } from '../support/databases.js';
import { InlineProcess } from '../support/inline-process.js';
import { InlineWorld } from '../support/inline-world.js';
import { inlineRounds } from './support/inline-rounds.js';
import { TIMEOUT_MS } from './support/report.js';

describe.each(DATABASE_KINDS)('Inline projections on %s', (kind) => {
  it(
    'are what the log says after a kill -9, with nothing to catch up',
    () => inlineRounds(kind, { projecting: 1, others: 0 }),
    TIMEOUT_MS,
  );

  it(
    'of several processes that append at once and are killed are what the log says',
    () => inlineRounds(kind, { projecting: 2, others: 0 }),
    TIMEOUT_MS,
  );

  it(
    'are what the log says up to their checkpoints when a process without them appends, too',
    () => inlineRounds(kind, { projecting: 2, others: 1 }),
    TIMEOUT_MS,
  );
});

/** Whether somebody has written a row of the read model, and is silent. */
async function isInTheMiddleOfAnAppend({ database }: InlineWorld): Promise<boolean> {
  const open = await openDatabase(database);
  const rows = await open.dataSource.query<object[]>(
    `SELECT 1 FROM pg_stat_activity
      WHERE datname = current_database() AND state = 'idle in transaction' AND query LIKE 'UPDATE counter_totals%'`,
  );
  await open.close();
  return rows.length > 0;
}

describe('A process that stands still in the transaction of an append on PostgreSQL', () => {
  let world: InlineWorld;
  let processes: InlineProcess[];

  beforeEach(async () => {
    world = await InlineWorld.create('postgres');
    processes = await Promise.all(
      [1, 2].map((seed) => InlineProcess.start(world.database, { seed, projects: true })),
    );
  });

  afterEach(async () => {
    await Promise.all(processes.map((each) => each.kill()));
    await world.end();
  });

  it(
    'is cut off, so that the others go on, and has written nothing when it wakes up',
    async () => {
      const [frozen, other] = processes;
      await world.fill('counter-0', ['counter.started', { label: 'visits' }]);
      await other.catchUp();
      await frozen.freezeInNextAppend();
      const freezing = frozen.appendOnce();
      await until(() => isInTheMiddleOfAnAppend(world));
      await other.appendOnce();
      expect(other.accepted).toHaveLength(1);
      expect(await world.totals()).toMatchObject([{ id: '0', total: 1, position: 2 }]);
      frozen.thaw();
      await freezing;
      expect(frozen.unknown).toHaveLength(1);
      await frozen.appendOnce();
      expect(await world.totals()).toMatchObject([{ id: '0', total: 2, position: 3 }]);
    },
    TIMEOUT_MS,
  );
});
