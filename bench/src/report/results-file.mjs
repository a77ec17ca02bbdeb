import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { byNumber, WORKLOAD_TITLES, workloadRows } from './tables.mjs';

export const RESULTS = join(import.meta.dirname, '../../results');

/** Writes results/latest.json: the machine, every round, and what follows from them. */
export async function writeResults(report) {
  const { measurements, verdicts, guarantees, machine, notes, options, seconds } = report;
  const workloads = measurements.distinct('workload').sort(byNumber);
  const results = {
    date: new Date().toISOString(),
    preset: options.preset,
    isComplete: options.isComplete,
    seconds,
    machine,
    notes: [...notes],
    oracle: { samples: measurements.samples.length, void: measurements.voids.length },
    requirements: verdicts.map((each) =>
      options.preset === 'tiny' ? { ...each, verdict: 'not judged' } : each,
    ),
    workloads: workloads.map((workload) => ({
      workload,
      title: WORKLOAD_TITLES[workload],
      results: workloadRows(measurements, workload).map(({ summary, ...key }) => ({
        ...key,
        ...summary,
        samples: measurements.samples
          .filter((sample) =>
            Object.entries(key).every(([field, value]) => sample[field] === value),
          )
          .map(({ round, value, p50, p99, rejections, problems }) => {
            return { round, value, p50, p99, rejections, problems };
          }),
      })),
    })),
    guarantees,
  };
  await mkdir(RESULTS, { recursive: true });
  await writeFile(join(RESULTS, 'latest.json'), `${JSON.stringify(results, rounded, 2)}\n`);
}

/** Four digits say all there is to say. */
function rounded(_, value) {
  return typeof value === 'number' && !Number.isInteger(value)
    ? Number(value.toPrecision(4))
    : value;
}
