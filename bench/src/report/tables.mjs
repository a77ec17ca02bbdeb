import { CONTENDERS } from '../contenders/index.mjs';
import { DATABASE_TITLES } from '../suites/steps.mjs';

export const WORKLOAD_TITLES = {
  1: 'Workload 1: append 1 event to streams of the writer’s own',
  2: 'Workload 2: append to 4 hot streams, expecting nothing',
  3: 'Workload 3: load, decide and append',
  4: 'Workload 4: read',
  5: 'Workload 5: from append to subscriber',
  6: 'Workload 6: a growing log: appends of 64 writers, and loads of aggregates of 10 events, on so many events',
  7: 'Workload 7: POST /api/v1/users',
  8: 'Workload 8: several processes on one database',
  9: 'Workload 9: a projection catches up with the log',
  10: 'Workload 10: load an aggregate by way of a snapshot, and without',
  11: 'Workload 11: append 1 event with a projection of it, inline and async',
  12: 'Workload 12: a log leaves through NATS JetStream',
  13: 'Workload 13: append 1 event to a log of one’s own, and to a hub over HTTP',
};

const NONE = '–';

/** Orders workloads. */
export const byNumber = (a, b) => Number(a) - Number(b);

export function contenderTitle(name) {
  return name === 'empty' ? 'an empty endpoint' : CONTENDERS[name].title;
}

/** 1,234 or 12.3 or 0.123: three digits that say something. */
export function figure(value) {
  if (value === undefined) return NONE;
  if (value === 0) return '0';
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value.toPrecision(3);
}

export function printReport({
  measurements,
  verdicts,
  guarantees,
  machine,
  notes,
  options,
  seconds,
}) {
  const lines = [];
  for (const workload of measurements.distinct('workload').sort(byNumber)) {
    lines.push('', WORKLOAD_TITLES[workload], '', ...workloadTable(measurements, workload));
  }
  if (guarantees.length > 0) {
    lines.push('', 'What they guarantee, as tried', '', ...guaranteesTable(guarantees));
  }
  if (verdicts.length > 0)
    lines.push('', 'What must hold', '', ...verdictsTable(verdicts, options));
  for (const note of notes) lines.push('', note);
  for (const { workload, database, contender, variant, round, problems } of measurements.voids) {
    const title = `${contenderTitle(contender)} on ${DATABASE_TITLES[database]}`;
    lines.push('', `VOID: workload ${workload}, ${variant}, ${title}, round ${round}:`);
    lines.push(...problems.map((problem) => `  ${problem}`));
  }
  const { processor, cores, memoryGiB, operatingSystem, node } = machine;
  lines.push(
    '',
    `${processor}, ${cores} cores, ${memoryGiB} GiB, ${operatingSystem}, Node ${node}`,
  );
  lines.push(`${options.preset} preset, ${seconds} s`, '');
  console.log(lines.join('\n'));
}

export function workloadRows(measurements, workload) {
  const rows = [];
  const in_ = (field, key) => measurements.distinct(field, key);
  for (const database of in_('database', { workload })) {
    for (const variant of in_('variant', { workload, database })) {
      for (const contender of in_('contender', { workload, database, variant })) {
        const key = { workload, database, variant, contender };
        rows.push({ ...key, summary: measurements.summary(key) });
      }
    }
  }
  return rows;
}

function workloadTable(measurements, workload) {
  const rows = workloadRows(measurements, workload).map(
    ({ database, variant, contender, summary }) => {
      const name = [contenderTitle(contender), summary?.note].filter(Boolean).join(', ');
      const head = [DATABASE_TITLES[database], variant, name];
      if (!summary) return [...head, 'VOID', '', '', '', ''];
      const { value, p50, p99, rounds, rejections } = summary;
      const unit = `${summary.unit}${rejections > 0 ? `, ${rejections} rejected` : ''}`;
      const range = value ? `${figure(value.min)} – ${figure(value.max)}` : NONE;
      const latencies = [figure(p50?.median), figure(p99?.median)];
      return [
        ...head,
        figure(value?.median),
        value ? unit : NONE,
        range,
        ...latencies,
        String(rounds),
      ];
    },
  );
  const head = [
    'database',
    'what',
    'who',
    'median',
    'unit',
    'min – max',
    'p50 ms',
    'p99 ms',
    'rounds',
  ];
  return table([head, ...rows], [3, 6, 7, 8]);
}

function guaranteesTable(guarantees) {
  const rows = guarantees.map(({ question, database, contender, answer }) => {
    return [question, DATABASE_TITLES[database], contenderTitle(contender), answer];
  });
  rows.sort(([a], [b]) => (a === b ? 0 : a < b ? -1 : 1));
  return table([['question', 'database', 'who', 'answer'], ...rows]);
}

function verdictsTable(verdicts, { preset }) {
  const rows = verdicts.map(({ workload, database, what, measured, verdict, ...bounds }) => [
    workload,
    DATABASE_TITLES[database],
    what,
    required(bounds),
    measured === undefined ? NONE : figure(measured),
    preset === 'tiny' ? 'not judged' : verdict,
  ]);
  const head = ['workload', 'database', 'what', 'required', 'measured', 'verdict'];
  return table([head, ...rows], [3, 4]);
}

/** What a figure must be, in words. */
export function required({ atLeast, atMost }) {
  if (atLeast !== undefined) return `≥ ${atLeast.toLocaleString('en')}`;
  return atMost === undefined ? NONE : `≤ ${atMost}`;
}

/** Lines up columns; those in `right` to the right. */
function table(rows, right = []) {
  const widths = rows[0].map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row) =>
    row
      .map((cell, column) => {
        return right.includes(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]);
      })
      .join('  ')
      .trimEnd();
  return [
    line(rows[0]),
    widths.map((width) => '─'.repeat(width)).join('──'),
    ...rows.slice(1).map(line),
  ];
}
