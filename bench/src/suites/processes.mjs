import { Child } from '../child/run-job.mjs';
import { audit } from '../oracle/audit.mjs';
import { inRotation } from './steps.mjs';

const WRITERS = 64;
const PROCESSES = [1, 2, 3];

/** Workload 8: the same number of writers in one, two and three processes on one PostgreSQL database. */
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
    const children = PROCESSES.map(() => new Child({ contender: 'hindsight', database }));
    const samples = [];
    let acknowledged = 0;
    /** Those who have no part in it are idle. */
    const append = async (count, ms) => {
      const results = await Promise.all(
        children.slice(0, count).map((child, nr) => {
          const writers = Math.floor(WRITERS / count) + (nr < WRITERS % count ? 1 : 0);
          return child.run({ kind: 'append', writers, ms });
        }),
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
      await append(children.length, settings.warmUpMs * 2);
      for (const { participant: count } of inRotation(round, PROCESSES).slice(-children.length)) {
        const variant = `${count} process${count === 1 ? '' : 'es'}`;
        samples.push({ variant, ...(await append(count, settings.judgedMs)) });
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
