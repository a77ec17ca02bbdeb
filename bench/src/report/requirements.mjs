/** Workload, database, what is compared, how large the ratio must be, and its two sides: contender, workload, variant. */
const RATIOS = `
  1 | postgres | 64 writers ÷ Emmett                      | 10   | hindsight 1 64 writers   | emmett 1 64 writers
  1 | postgres | 64 writers ÷ Castore                     | 3.5  | hindsight 1 64 writers   | castore 1 64 writers
  1 | postgres | 64 writers ÷ pgbench with 16 clients     | 1.3  | hindsight 1 64 writers   | pgbench 1 16 writers
  1 | postgres | 1 writer ÷ Emmett                        | 1.3  | hindsight 1 1 writer     | emmett 1 1 writer
  1 | postgres | 1 writer ÷ Castore                       | 0.8  | hindsight 1 1 writer     | castore 1 1 writer
  1 | sqlite   | 64 writers ÷ raw transactions of 64 rows | 0.7  | hindsight 1 64 writers   | raw-sqlite 1 transactions of 64
  1 | sqlite   | 64 writers ÷ Act with 1 writer           | 5    | hindsight 1 64 writers   | act 1 1 writer
  1 | sqlite   | 1 writer ÷ raw transactions of 1 row     | 0.7  | hindsight 1 1 writer     | raw-sqlite 1 1 writer
  2 | *        | hot streams ÷ distinct streams           | 0.5  | hindsight 2 HOT          | hindsight 1 64 writers
  4 | postgres | LONG into an aggregate ÷ Emmett          | 1.3  | hindsight 4 LONG         | emmett 4 LONG
  4 | sqlite   | LONG into an aggregate ÷ Act             | 1.3  | hindsight 4 LONG         | act 4 LONG
  6 | *        | append, a log of LARGE ÷ SMALL events    | 0.85 | hindsight 6 append LARGE | hindsight 6 append SMALL
  6 | *        | load, a log of LARGE ÷ SMALL events      | 0.9  | hindsight 6 load LARGE   | hindsight 6 load SMALL
  7 | *        | 64 connections ÷ an empty endpoint       | 0.5  | hindsight 7 64 connections | empty 7 64 connections
  8 | postgres | 3 processes in sum ÷ 1 process           | 1    | hindsight 8 3 processes  | hindsight 8 1 process
`;

const HOT = '64 writers, 4 hot streams';
const MILLION = 1_000_000;

/** Says of each requirement what was measured: met, MISSED or not measured. */
export function judge(measurements, { settings, workloads, databases }) {
  const [small] = settings.growth;
  const large = settings.growth.includes(MILLION) ? MILLION : settings.growth[1];
  const words = {
    HOT,
    LONG: `a stream of ${settings.large.events} events`,
    SMALL: small.toLocaleString('en'),
    LARGE: large.toLocaleString('en'),
  };
  const text = RATIOS.replaceAll(/HOT|LONG|SMALL|LARGE/g, (word) => words[word]);
  const ratios = text
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .flatMap(([workload, where, what, atLeast, ...sides]) =>
      expand(where).map((database) => ({
        workload,
        database,
        what,
        ...ratio(+atLeast, sides, database),
      })),
    );
  const rejections = expand('*').map((database) => ({
    ...{ workload: '2', database, what: 'hot streams: no append rejected', atMost: 0 },
    ...noRejection(database),
  }));
  return [...rejections, ...ratios]
    .filter(({ workload, database }) => workloads.has(workload) && databases.includes(database))
    .sort((a, b) => a.workload.localeCompare(b.workload));

  function ratio(atLeast, sides, database) {
    const [above, below] = sides.map((side) => median(side, database));
    if (above === undefined || below === undefined) return { atLeast, verdict: 'not measured' };
    const measured = above / below;
    return { atLeast, measured, verdict: measured >= atLeast ? 'met' : 'MISSED' };
  }

  function median(side, database) {
    const [, contender, workload, variant] = /^(\S+) (\d) (.+)$/.exec(side);
    return measurements.summary({ contender, workload, variant, database })?.value?.median;
  }

  function noRejection(database) {
    const found = measurements.summary({
      workload: '2',
      contender: 'hindsight',
      variant: HOT,
      database,
    });
    if (!found) return { verdict: 'not measured' };
    return { measured: found.rejections, verdict: found.rejections === 0 ? 'met' : 'MISSED' };
  }
}

function expand(where) {
  return where === '*' ? ['postgres', 'sqlite'] : [where];
}
