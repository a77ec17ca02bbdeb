import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DATABASE_TITLES } from '../suites/steps.mjs';
import { RESULTS } from './results-file.mjs';
import { chart, picture } from './svg.mjs';
import { contenderTitle } from './tables.mjs';

const COLOURS = {
  hindsight: '#1f6feb',
  emmett: '#c2410c',
  castore: '#15803d',
  pgbench: '#6b7280',
  'raw-sqlite': '#6b7280',
  act: '#9333ea',
};

/** Draws one picture a database: throughput and latency by writers, and throughput by the size of the log. */
export async function writePlots({ measurements, options, machine }) {
  await mkdir(RESULTS, { recursive: true });
  for (const database of options.databases) {
    const charts = [
      throughputByWriters(measurements, database),
      latencyByWriters(measurements, database),
      throughputBySize(measurements, database),
    ].filter(({ series }) => series.length > 0);
    if (charts.length === 0) continue;
    const title = `${DATABASE_TITLES[database]}: medians on ${machine.cores} cores (${machine.processor})`;
    const svg = picture(title, charts.map(chart));
    await writeFile(join(RESULTS, `${database}.svg`), svg);
  }
}

const FIRST_NUMBER = /\d+/;

/** A line for each contender: its medians by the number of writers. */
function byWriters(measurements, database, field) {
  const key = { workload: '1', database };
  return measurements
    .distinct('contender', key)
    .map((contender) => ({
      label: contenderTitle(contender),
      colour: COLOURS[contender],
      points: measurements
        .distinct('variant', { ...key, contender })
        .map((variant) => ({
          x: Number(FIRST_NUMBER.exec(variant)),
          y: measurements.summary({ ...key, contender, variant })?.[field]?.median,
        }))
        .filter(({ y }) => y !== undefined),
    }))
    .filter(({ points }) => points.length > 0);
}

function throughputByWriters(measurements, database) {
  const series = byWriters(measurements, database, 'value');
  return { title: 'Throughput by writers', x: 'writers', y: 'events/s', series };
}

function latencyByWriters(measurements, database) {
  const p50 = byWriters(measurements, database, 'p50').filter(({ label }) => !/^raw/.test(label));
  const p99 = byWriters(measurements, database, 'p99').filter(({ label }) => !/^raw/.test(label));
  const series = [
    ...p50.map((line) => ({ ...line, label: `${line.label} p50` })),
    ...p99.map((line) => ({ ...line, label: `${line.label} p99`, isDashed: true })),
  ];
  return { title: 'Latency by writers', x: 'writers', y: 'ms', series };
}

function throughputBySize(measurements, database) {
  const key = { workload: '6', database };
  const series = measurements.distinct('variant', key).map((variant, index) => ({
    label: variant.startsWith('append') ? 'append' : 'load',
    colour: COLOURS.hindsight,
    isDashed: index > 0,
    points: measurements
      .distinct('size', { ...key, variant })
      .map((size) => ({
        x: size,
        y: measurements.summary({ ...key, variant, size })?.value?.median,
      }))
      .filter(({ y }) => y !== undefined),
  }));
  return { title: 'Hindsight by size of the log', x: 'events in the log', y: 'per second', series };
}
