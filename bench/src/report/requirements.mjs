const emptyEndpoint = 'empty endpoint';

/** One side of a ratio: where to find a median. Any database is meant unless one is named. */
const of = (contender, workload, variant, more = {}) => ({ contender, workload, variant, ...more });
const hindsight = (workload, variant, more) => of('hindsight', workload, variant, more);

const ONE = '1 writer';
const MANY = '64 writers';
const HOT = '64 writers, 4 hot streams';

/** What must hold between two medians of one run. */
function requirementsOf(measurements) {
  const loads = measurements
    .distinct('variant', { workload: '4', contender: 'hindsight' })
    .find((variant) => variant.startsWith('a stream'));
  const growth = (variant, atLeast) => {
    const sizes = measurements.distinct('size', { workload: '6' });
    const [small, large] = [
      Math.min(...sizes),
      sizes.includes(1_000_000) ? 1_000_000 : Math.max(...sizes),
    ];
    const what = `${variant.split(/[, ]/)[0]}, ${large.toLocaleString('en')} ÷ ${small.toLocaleString('en')} events`;
    return ['postgres', 'sqlite'].map((database) => ({
      workload: '6',
      database,
      what,
      atLeast,
      ratio: [hindsight('6', variant, { size: large }), hindsight('6', variant, { size: small })],
    }));
  };
  return [
    ratio(
      '1',
      'postgres',
      '64 writers ÷ Emmett',
      10,
      hindsight('1', MANY),
      of('emmett', '1', MANY),
    ),
    ratio(
      '1',
      'postgres',
      '64 writers ÷ Castore',
      3.5,
      hindsight('1', MANY),
      of('castore', '1', MANY),
    ),
    ratio(
      '1',
      'postgres',
      '64 writers ÷ pgbench with 16 clients',
      1.3,
      hindsight('1', MANY),
      of('pgbench', '1', '16 writers'),
    ),
    ratio('1', 'postgres', '1 writer ÷ Emmett', 1.3, hindsight('1', ONE), of('emmett', '1', ONE)),
    ratio('1', 'postgres', '1 writer ÷ Castore', 0.8, hindsight('1', ONE), of('castore', '1', ONE)),
    ratio(
      '1',
      'sqlite',
      '64 writers ÷ raw transactions of 64 rows',
      0.7,
      hindsight('1', MANY),
      of('raw-sqlite', '1', 'transactions of 64'),
    ),
    ratio(
      '1',
      'sqlite',
      '64 writers ÷ Act with 1 writer',
      5,
      hindsight('1', MANY),
      of('act', '1', ONE),
    ),
    ratio(
      '1',
      'sqlite',
      '1 writer ÷ raw transactions of 1 row',
      0.7,
      hindsight('1', ONE),
      of('raw-sqlite', '1', ONE),
    ),
    ...['postgres', 'sqlite'].flatMap((database) => [
      {
        workload: '2',
        database,
        what: 'hot streams: no append rejected',
        noRejections: hindsight('2', HOT),
      },
      ratio(
        '2',
        database,
        'hot streams ÷ distinct streams',
        0.5,
        hindsight('2', HOT),
        hindsight('1', MANY),
      ),
    ]),
    ratio(
      '4',
      'postgres',
      `${loads} into an aggregate ÷ Emmett`,
      1.3,
      hindsight('4', loads),
      of('emmett', '4', loads),
    ),
    ratio(
      '4',
      'sqlite',
      `${loads} into an aggregate ÷ Act`,
      1.3,
      hindsight('4', loads),
      of('act', '4', loads),
    ),
    ...growth('append, 64 writers', 0.85),
    ...growth('load an aggregate of 10 events', 0.9),
    ...['postgres', 'sqlite'].map((database) =>
      ratio(
        '7',
        database,
        '64 connections ÷ an empty endpoint',
        0.5,
        hindsight('7', '64 connections'),
        of(emptyEndpoint, '7', '64 connections'),
      ),
    ),
    ratio(
      '8',
      'postgres',
      '3 processes in sum ÷ 1 process',
      1,
      hindsight('8', '3 processes'),
      hindsight('8', '1 process'),
    ),
  ];
}

function ratio(workload, database, what, atLeast, above, below) {
  return { workload, database, what, atLeast, ratio: [above, below] };
}

/** Says of each requirement what was measured: met, MISSED or not measured. */
export function judge(measurements, { workloads, databases }) {
  return requirementsOf(measurements)
    .filter(({ workload, database }) => workloads.has(workload) && databases.includes(database))
    .map((requirement) => ({ ...requirement, ...verdictOn(requirement, measurements) }));
}

function verdictOn({ database, atLeast, ratio: sides, noRejections }, measurements) {
  const find = (side) => measurements.summary({ ...side, database });
  if (noRejections) {
    const found = find(noRejections);
    if (!found) return { verdict: 'not measured' };
    const { rejections } = found;
    return { measured: rejections, verdict: rejections === 0 ? 'met' : 'MISSED' };
  }
  const [above, below] = sides.map((side) => find(side)?.value?.median);
  if (above === undefined || below === undefined) return { verdict: 'not measured' };
  const measured = above / below;
  return { measured, verdict: measured >= atLeast ? 'met' : 'MISSED' };
}
