import { Child } from '../child/run-job.mjs';
import { audit } from '../oracle/audit.mjs';
import { prefill } from '../machine/prefill.mjs';
import { query } from '../machine/databases.mjs';
import { DATABASE_TITLES, inRotation, labelOf } from './steps.mjs';

const WRITERS = 64;
const WARM_UP = 2;

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
  const seed = round;
  let acknowledged = 0;
  const run = async (phase) => {
    const result = await child.run(phase);
    acknowledged += result.acknowledged;
    return result;
  };
  await run({ kind: 'append', writers: WRITERS, ms: warmUpMs });
  const append = await run({ kind: 'append', writers: WRITERS, ms: judgedMs });
  await run({ kind: 'readPrefilled', size, ms: warmUpMs, seed: seed + WARM_UP });
  const load = await run({ kind: 'readPrefilled', size, ms: judgedMs, seed });
  await child.close();
  const wrong = await audit('hindsight', database, { acknowledged, after: Number(after) });
  const variants = [
    { variant: 'append', unit: 'events/s', result: append },
    { variant: 'load', unit: 'loads/s', result: load },
  ];
  for (const { variant: what, unit, result } of variants) {
    const variant = `${what} ${size.toLocaleString('en')}`;
    const { perSecond: value, p50, p99, problems = [] } = result;
    measurements.add({
      ...{ workload: '6', database: kind, contender: 'hindsight', variant, round, unit },
      ...{ value, p50, p99, problems: [...wrong, ...problems] },
    });
  }
}
