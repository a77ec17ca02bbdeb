import { Child } from '../child/run-job.mjs';
import { query } from '../machine/databases.mjs';
import { accountOf, prefill } from '../machine/prefill.mjs';
import { audit } from '../oracle/audit.mjs';
import { problemsInStates } from '../oracle/states.mjs';
import { DATABASE_TITLES, inRotation, labelOf } from './steps.mjs';

const WITH = 'with a snapshot';
const WITHOUT = 'replayed';

/** Workload 10: loads of aggregates with few and with many events, by way of a snapshot and without; all take turns. */
export function snapshots(context) {
  const { options, settings } = context;
  if (!options.workloads.has('10')) return [];
  const { sizes, rounds } = settings.snapshots;
  return options.databases.flatMap((kind) => {
    const logs = new Map();
    const filling = sizes.map((size) => ({
      label: `snapshots · ${DATABASE_TITLES[kind]} · filling streams of ${size.toLocaleString('en')} events`,
      run: async () => logs.set(size, await fill(context, kind, size)),
    }));
    const measuring = Array.from({ length: rounds }, (_, index) => ({
      label: labelOf('snapshots', kind, 'hindsight', index + 1, rounds),
      run: () => measure(context, { kind, logs, round: index + 1 }),
    }));
    const last = {
      label: `snapshots · ${DATABASE_TITLES[kind]} · removing the logs`,
      run: () => Promise.all([...logs.values()].map((log) => context.databases.drop(log))),
    };
    return [...filling, ...measuring, last];
  });
}

function accountsOf({ aggregates }) {
  return Array.from({ length: aggregates }, (_, nr) => accountOf(nr));
}

/** Streams whose snapshot, taken by Hindsight, is followed by some more events. */
async function fill({ databases, settings }, kind, size) {
  const { aggregates, every, tail } = settings.snapshots;
  const database = await databases.create(kind, await databases.hub(kind));
  await prefill(database, aggregates * size, size);
  const child = open(database, { snapshotEvery: every });
  try {
    await child.opened();
    const accounts = accountsOf(settings.snapshots);
    await child.run({ kind: 'loadOnce', accounts });
    await child.run({ kind: 'extend', accounts, revision: size, events: tail });
    await child.close();
  } finally {
    child.kill();
  }
  return database;
}

function open(database, options) {
  return new Child({ contender: 'hindsight', database, options });
}

async function measure({ settings, measurements }, { kind, logs, round }) {
  const { every, tail } = settings.snapshots;
  const runs = [...logs].flatMap(([size, database]) => [
    { size, how: WITH, database, child: open(database, { snapshotEvery: every }) },
    { size, how: WITHOUT, database, child: open(database, {}) },
  ]);
  try {
    await Promise.all(runs.map(({ child }) => child.opened()));
    const accounts = accountsOf(settings.snapshots);
    for (const run of runs) {
      // Also waits until snapshots have been tried, which a process does when it first uses one.
      run.states = (await run.child.run({ kind: 'loadOnce', accounts })).states;
    }
    const samples = [];
    for (const { participant } of inRotation(round, runs).slice(-runs.length)) {
      const phase = { kind: 'readAccounts', accounts, events: participant.size + tail };
      await participant.child.run({ ...phase, ms: settings.warmUpMs });
      const result = await participant.child.run({ ...phase, ms: settings.judgedMs });
      samples.push({ ...participant, result });
    }
    await Promise.all(runs.map(({ child }) => child.close()));
    for (const { size, how, database, result } of samples) {
      const statesOf = (wanted) =>
        runs.find((run) => run.size === size && run.how === wanted).states;
      const wrong = await problemsIn(
        database,
        { size, settings },
        statesOf(WITH),
        statesOf(WITHOUT),
      );
      const { perSecond: value, p50, p99, problems } = result;
      measurements.add({
        ...{ workload: '10', database: kind, contender: 'hindsight', round, unit: 'loads/s' },
        ...{ variant: `${size.toLocaleString('en')} events ${how}`, value, p50, p99 },
        ...{ note: `and ${tail} events more`, problems: [...wrong, ...problems] },
      });
    }
  } finally {
    for (const { child } of runs) child.kill();
  }
}

/** The log, the snapshots, and that they lead to where all events lead, by Hindsight's and by SQL's account. */
async function problemsIn(database, { size, settings }, bySnapshot, byReplay) {
  const { aggregates, tail } = settings.snapshots;
  const wrong = await audit('hindsight', database, { acknowledged: aggregates * (size + tail) });
  const kept = await query(database, 'SELECT stream, revision FROM hub_snapshots');
  const amount =
    database.kind === 'postgres' ? `CAST(data->>'amount' AS bigint)` : `data->>'$.amount'`;
  const truth = await query(
    database,
    `SELECT stream, count(*) AS revision, sum(${amount}) AS total FROM hub_events GROUP BY stream`,
  );
  return [...wrong, ...problemsInStates({ truth, kept, bySnapshot, byReplay, size })];
}
