import { Child, runJob } from '../child/run-job.mjs';
import { audit } from '../oracle/audit.mjs';
import { prefill } from '../machine/prefill.mjs';
import { query } from '../machine/databases.mjs';
import { DATABASE_TITLES, inRotation, labelOf } from './steps.mjs';

const WRITERS = 64;
const WARM_UP = 2;
const RAW = 'raw-sqlite';

/** Workload 6: appends and loads on logs of several sizes, which take turns. */
export function growth(context) {
  const { options, settings } = context;
  if (!options.workloads.has('6')) return [];
  return options.databases.flatMap((kind) => {
    const logs = new Map();
    const filling = settings.growth.map((size) => ({
      label: `growth · ${DATABASE_TITLES[kind]} · filling a log of ${size.toLocaleString('en')} events`,
      run: async () => logs.set(size, await fill(context, kind, size)),
    }));
    const smallest = settings.growth[0];
    // Each process runs one size; those of a round start together, and measure one after the other.
    const measuring = Array.from({ length: settings.rounds }, (_, index) => ({
      label: labelOf('growth', kind, 'hindsight', index + 1, settings.rounds),
      run: () => measure(context, { kind, logs, smallest, round: index + 1 }),
    }));
    const last = {
      label: `growth · ${DATABASE_TITLES[kind]} · removing the logs`,
      run: () => Promise.all([...logs.values()].map((log) => context.databases.drop(log))),
    };
    return [...filling, ...measuring, last];
  });
}

async function fill({ databases }, kind, size) {
  const database = await databases.create(kind, await databases.hub(kind));
  await prefill(database, size);
  return database;
}

async function measure(context, { kind, logs, smallest, round }) {
  const { databases } = context;
  // The small log would not stay small; for a large one a few appends more make no difference.
  const copy = await databases.create(kind, logs.get(smallest));
  const runs = [...logs].map(([size, log]) => ({ size, database: size === smallest ? copy : log }));
  const children = new Map();
  try {
    for (const { size, database } of runs) {
      children.set(size, new Child({ contender: 'hindsight', database }));
    }
    await Promise.all([...children.values()].map((child) => child.opened()));
    for (const { participant } of inRotation(round, runs).slice(-runs.length)) {
      await measureSize(context, {
        ...participant,
        kind,
        round,
        child: children.get(participant.size),
      });
    }
  } finally {
    for (const child of children.values()) child.kill();
    await databases.drop(copy);
  }
}

async function measureSize({ settings, measurements }, { size, database, kind, round, child }) {
  const { warmUpMs, judgedMs } = settings;
  const [{ head: after }] = await query(database, 'SELECT max(position) AS head FROM hub_events');
  let acknowledged = 0;
  const run = async (phase) => {
    const result = await child.run(phase);
    acknowledged += result.acknowledged;
    return result;
  };
  await run({ kind: 'append', writers: WRITERS, ms: warmUpMs });
  const append = await run({ kind: 'append', writers: WRITERS, ms: judgedMs });
  const reads = { kind: 'readPrefilled', size };
  const phases = [
    { ...reads, name: 'warmUp', ms: warmUpMs, seed: round + WARM_UP },
    { ...reads, name: 'judged', ms: judgedMs, seed: round },
  ];
  await run(phases[0]);
  const load = await run(phases[1]);
  await child.close();
  const wrong = await audit('hindsight', database, { acknowledged, after: Number(after) });
  const add = (contender, what, unit, { perSecond: value, p50, p99, problems = [] }, voided = []) =>
    measurements.add({
      ...{ workload: '6', database: kind, contender, round, unit, value, p50, p99 },
      ...{ variant: `${what} ${size.toLocaleString('en')}`, problems: [...voided, ...problems] },
    });
  add('hindsight', 'append', 'events/s', append, wrong);
  add('hindsight', 'load', 'loads/s', load, wrong);
  if (kind === 'sqlite') add(RAW, 'load', 'loads/s', await rawLoads(database, phases));
}

/** What the same reads cost without Hindsight: how much of the difference between sizes is SQLite's. */
async function rawLoads(database, phases) {
  const { judged } = await runJob({ contender: RAW, database, phases });
  return judged;
}
