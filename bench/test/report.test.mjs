import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOptions } from '../src/cli/options.mjs';
import { percentiles } from '../src/child/measure.mjs';
import { seededRandom, zipf } from '../src/child/zipf.mjs';
import { Measurements, spread } from '../src/report/measurements.mjs';
import { figuresOf } from '../src/report/readme-table.mjs';
import { judge } from '../src/report/requirements.mjs';
import { chart, picture } from '../src/report/svg.mjs';
import { inRotation } from '../src/suites/steps.mjs';

const options = parseOptions([]);

function measured(contender, variant, ...values) {
  const measurements = new Measurements();
  const key = { workload: '1', database: 'postgres', contender, variant, unit: 'events/s' };
  values.forEach((value, index) => measurements.add({ ...key, round: index + 1, value }));
  return measurements;
}

function verdictOn(measurements, what) {
  return judge(measurements, options).find((each) => each.what === what);
}

test('a median is the middle number, or the mean of the two in the middle', () => {
  assert.deepEqual(spread([5, 1, 3]), { median: 3, min: 1, max: 5 });
  assert.equal(spread([4, 1, 3, 2]).median, 2.5);
});

test('a void round counts for nothing', () => {
  const measurements = measured('hindsight', '1 writer', 100, 200, 300);
  measurements.add({ ...measurements.samples[0], round: 4, value: 9_000, problems: ['lost'] });
  const { value, rounds } = measurements.summary({ contender: 'hindsight' });
  assert.deepEqual({ median: value.median, rounds }, { median: 200, rounds: 3 });
  assert.equal(measurements.voids.length, 1);
});

test('a requirement is met, missed or not measured', () => {
  const measurements = measured('hindsight', '1 writer', 130);
  assert.equal(verdictOn(measurements, '1 writer ÷ Emmett').verdict, 'not measured');
  measurements.samples.push(...measured('emmett', '1 writer', 100).samples);
  assert.equal(verdictOn(measurements, '1 writer ÷ Emmett').verdict, 'met');
  measurements.samples.push(...measured('castore', '1 writer', 200).samples);
  assert.equal(verdictOn(measurements, '1 writer ÷ Castore').verdict, 'MISSED');
});

test('a figure may have to be at least something, or at most, or be reported only', () => {
  const measurements = new Measurements();
  const key = { workload: '9', database: 'sqlite', contender: 'hindsight', round: 1 };
  const add = (variant, value) => measurements.add({ ...key, variant, value, unit: 'any' });
  add('batches', 49_999);
  add('batches, by processor time', 50_000);
  add('batches, growth of memory', 150.5);
  add('batches, the first tenth', 100);
  add('batches, the last tenth', 90);
  const verdicts = judge(measurements, options)
    .filter(({ workload, database }) => workload === '9' && database === 'sqlite')
    .map(({ atLeast, atMost, measured, verdict }) => [atLeast, atMost, measured, verdict]);
  assert.deepEqual(verdicts, [
    [50_000, undefined, 49_999, 'MISSED'],
    [50_000, undefined, 50_000, 'met'],
    [undefined, 150, 150.5, 'MISSED'],
    [undefined, undefined, 0.9, 'reported'],
    [undefined, undefined, undefined, 'not measured'],
    [undefined, undefined, undefined, 'not measured'],
  ]);
});

test('the cost of a snapshot is told by the rates of few and of many events', () => {
  const measurements = new Measurements();
  const key = { workload: '10', database: 'sqlite', contender: 'hindsight', round: 1 };
  measurements.add({ ...key, variant: '1,000 events with a snapshot', value: 130 });
  measurements.add({ ...key, variant: '100,000 events with a snapshot', value: 100 });
  const cost = () =>
    judge(measurements, options).find(
      ({ what, database }) => /snapshot/.test(what) && database === 'sqlite',
    );
  assert.equal(cost().verdict, 'met');
  measurements.samples[0].value = 131;
  assert.equal(cost().verdict, 'MISSED');
});

test('workloads are in the order of their numbers', () => {
  const workloads = judge(new Measurements(), options).map(({ workload }) => Number(workload));
  assert.deepEqual(
    workloads,
    workloads.toSorted((a, b) => a - b),
  );
});

test('a rejection on a hot stream is a miss, whatever the throughput', () => {
  const measurements = measured('hindsight', '64 writers, 4 hot streams', 1_000);
  Object.assign(measurements.samples[0], { workload: '2', rejections: 1 });
  assert.equal(verdictOn(measurements, 'hot streams: no append rejected').verdict, 'MISSED');
});

test('everyone is once the first', () => {
  const order = inRotation(3, ['a', 'b', 'c']).map(({ round, participant }) => round + participant);
  assert.equal(order.join(' '), '1a 1b 1c 2b 2c 2a 3c 3a 3b');
});

test('the draws of a Zipf law are repeatable, and favour the first', () => {
  const draws = () => Array.from({ length: 10_000 }, zipf(100, seededRandom(7)));
  assert.deepEqual(draws(), draws());
  const share = (rank) => draws().filter((draw) => draw === rank).length / 10_000;
  assert.ok(Math.abs(share(0) / share(1) - 2) < 0.4);
  assert.ok(draws().every((draw) => draw >= 0 && draw < 100));
});

test('percentiles are of the sorted latencies', () => {
  const latencies = Array.from({ length: 1_000 }, (_, nr) => 1_000 - nr);
  assert.deepEqual(percentiles(latencies), { p50: 501, p99: 991 });
});

test('a plot has its labels, and no number that is none', () => {
  const points = [1, 16, 64].map((x) => ({ x, y: x * 1_000 }));
  const series = [{ label: 'A & B', colour: '#000000', points }];
  const svg = picture('Title', [chart({ title: 'T', x: 'writers', y: 'events/s', series })]);
  assert.match(svg, /A &amp; B/);
  assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
});

test('what is unknown on the command line is said', () => {
  assert.throws(() => parseOptions(['--fast']), /--fast/);
  assert.throws(() => parseOptions(['--only', '99']), /no workload "99"/);
  assert.throws(() => parseOptions(['--database', 'mysql']), /no database "mysql"/);
  assert.throws(() => parseOptions(['--full', '--tiny']), /one of --full and --tiny/);
});

test('the README gets the medians, and says what was missed', () => {
  const measurements = measured('hindsight', '1 writer', 1_000, 2_000, 3_000);
  measurements.samples.push(...measured('castore', '1 writer', 4_000).samples);
  const machine = {
    processor: 'P',
    cores: 2,
    memoryGiB: 4,
    node: '20',
    postgres: { version: '18' },
  };
  const verdicts = [
    { what: 'a', database: 'sqlite', atLeast: 1, measured: 2, verdict: 'met' },
    { what: 'b', database: 'postgres', atLeast: 0.8, measured: 0.5, verdict: 'MISSED' },
    { what: 'c', database: 'postgres', measured: 0.1, verdict: 'reported' },
  ];
  const figures = figuresOf({ measurements, verdicts, machine });
  assert.match(
    figures,
    /append 1 event, 1 writer +\| PostgreSQL \| 2,000 .*Emmett –, Castore 4,000/,
  );
  assert.match(
    figures,
    /Of the 2 figures .* 1 were met\. Missed: b on PostgreSQL \(0\.500 instead of ≥ 0\.8\)\.$/,
  );
});
