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

/** '64 writers' and 'append 1,000,000' as numbers. */
const numberIn = (variant) => Number(variant.replaceAll(/\D/g, ''));

/** The medians of a field over some variants, as points. */
function pointsOf(measurements, key, variants, field) {
  return variants
    .map((variant) => ({
      x: numberIn(variant),
      y: measurements.summary({ ...key, variant })?.[field]?.median,
    }))
    .filter(({ y }) => y !== undefined);
}

/** A line for each contender: its medians by the number of writers. */
function byWriters(measurements, database, field) {
  return measurements
    .distinct('contender', { workload: '1', database })
    .map((contender) => {
      const key = { workload: '1', database, contender };
      const points = pointsOf(measurements, key, measurements.distinct('variant', key), field);
      return { contender, label: contenderTitle(contender), colour: COLOURS[contender], points };
    })
    .filter(({ points }) => points.length > 0);
}

function throughputByWriters(measurements, database) {
  const series = byWriters(measurements, database, 'value');
  return { title: 'Throughput by writers', x: 'writers', y: 'events/s', series };
}

function latencyByWriters(measurements, database) {
  // What the yardsticks measure is a transaction, not an append.
  const of = (field) =>
    byWriters(measurements, database, field).filter(({ contender }) => contender !== 'raw-sqlite');
  const series = [
    ...of('p50').map((line) => ({ ...line, label: `${line.label} p50` })),
    ...of('p99').map((line) => ({ ...line, label: `${line.label} p99`, isDashed: true })),
  ];
  return { title: 'Latency by writers', x: 'writers', y: 'ms', series };
}

function throughputBySize(measurements, database) {
  const key = { workload: '6', database, contender: 'hindsight' };
  const variants = measurements.distinct('variant', key);
  const series = ['append', 'load'].map((label) => {
    const own = variants.filter((variant) => variant.startsWith(label));
    const points = pointsOf(measurements, key, own, 'value');
    return { label, colour: COLOURS.hindsight, isDashed: label === 'load', points };
  });
  return {
    title: 'Hindsight by size of the log',
    ...{ x: 'events in the log', y: 'per second' },
    series: series.filter(({ points }) => points.length > 0),
  };
}
