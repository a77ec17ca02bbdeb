import { Child } from '../child/run-job.mjs';
import { audit } from '../oracle/audit.mjs';
import { inRotation } from './steps.mjs';

const WRITERS = 64;
const VARIANTS = [
  { count: 1, writers: WRITERS, variant: '1 process' },
  { count: 2, writers: WRITERS, variant: '2 processes' },
  { count: 3, writers: WRITERS, variant: '3 processes' },
  { count: 3, writers: Math.floor(WRITERS / 3), variant: '3 processes, 63 writers in all' },
];
const MOST = 3;

/** Workload 8: 64 writers in each of one, two and three processes on one PostgreSQL database. */
export function processes(context) {
  const { options, settings } = context;
  if (!options.workloads.has('8') || !options.databases.includes('postgres')) return [];
  return Array.from({ length: settings.rounds }, (_, index) => ({
    label: `processes · PostgreSQL · round ${index + 1} of ${settings.rounds}`,
    run: () => run(context, index + 1),
  }));
}

async function run({ databases, settings, measurements }, round) {
  await databases.using('postgres', await databases.hub('postgres'), async (database) => {
    const children = Array.from(
      { length: MOST },
      () => new Child({ contender: 'hindsight', database }),
    );
    const samples = [];
    let acknowledged = 0;
    /** Those who have no part in it are idle. */
    const append = async ({ count, writers }, ms) => {
      const results = await Promise.all(
        children.slice(0, count).map((child) => child.run({ kind: 'append', writers, ms })),
      );
      for (const result of results) acknowledged += result.acknowledged;
      return {
        value: results.reduce((sum, { perSecond }) => sum + perSecond, 0),
        p50: Math.max(...results.map(({ p50 }) => p50)),
        p99: Math.max(...results.map(({ p99 }) => p99)),
      };
    };
    try {
      await Promise.all(children.map((child) => child.opened()));
      await append({ count: MOST, writers: WRITERS }, settings.warmUpMs * 2);
      const inOrder = inRotation(round, VARIANTS).slice(-VARIANTS.length);
      for (const { participant } of inOrder) {
        const { variant } = participant;
        samples.push({ variant, ...(await append(participant, settings.judgedMs)) });
      }
      await Promise.all(children.map((child) => child.close()));
    } finally {
      for (const child of children) child.kill();
    }
    const problems = await audit('hindsight', database, { acknowledged });
    const key = { workload: '8', database: 'postgres', contender: 'hindsight', unit: 'events/s' };
    for (const sample of samples) measurements.add({ ...key, round, ...sample, problems });
  });
}
