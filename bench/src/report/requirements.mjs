import { byNumber } from './tables.mjs';

/**
 * Workload, database, what is measured, what it must be (at least, at most with `≤`, or `–` for what is reported only),
 * and contender, workload and variant: of the two sides of a ratio, or of one figure.
 */
const REQUIREMENTS = `
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
  9 | * | catching up in batches, events/s                 | 50000 | hindsight 9 batches
  9 | * | the same by processor time, events/s a core      | 50000 | hindsight 9 batches, by processor time
  9 | * | the same, MiB that the resident set grows        | ≤ 150 | hindsight 9 batches, growth of memory
  9 | * | the same, the last ÷ the first tenth             | –     | hindsight 9 batches, the last tenth | hindsight 9 batches, the first tenth
  9 | * | catching up in batches ÷ the driver alone        | –     | hindsight 9 batches        | driver-alone 9 batches
  9 | * | catching up event by event ÷ in batches          | –     | hindsight 9 event by event | hindsight 9 batches
  10 | * | cost of loading with a snapshot, MANY ÷ FEW events | ≤ 1.3 | hindsight 10 FEW events with a snapshot | hindsight 10 MANY events with a snapshot
  11 | * | append with a projection, 1 writer, inline ÷ async | – | hindsight 11 1 writer inline | hindsight 11 1 writer async
  11 | * | append with a projection, 64 writers, inline ÷ async | – | hindsight 11 64 writers inline | hindsight 11 64 writers async
  11 | * | the same, until it is projected | – | hindsight 11 64 writers inline until it is projected | hindsight 11 64 writers async until it is projected
  12 | * | relaying the log ÷ a bare JetStream publish | – | hindsight 12 events to NATS | jetstream 12 events to NATS
  13 | * | 64 writers over HTTP ÷ embedded | – | remote 13 64 writers | hindsight 13 64 writers
`;

const HOT = '64 writers, 4 hot streams';
const MILLION = 1_000_000;

/** Says of each requirement what was measured: met, MISSED or not measured; or reported, where nothing is required. */
export function judge(measurements, { settings, workloads, databases }) {
  const [small] = settings.growth;
  const large = settings.growth.includes(MILLION) ? MILLION : settings.growth[1];
  const [few, many] = settings.snapshots.sizes;
  const words = {
    HOT,
    LONG: `a stream of ${settings.large.events} events`,
    SMALL: small.toLocaleString('en'),
    LARGE: large.toLocaleString('en'),
    FEW: few.toLocaleString('en'),
    MANY: many.toLocaleString('en'),
  };
  const text = REQUIREMENTS.replaceAll(/HOT|LONG|SMALL|LARGE|FEW|MANY/g, (word) => words[word]);
  const judged = text
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .flatMap(([workload, where, what, required, ...sides]) =>
      expand(where).map((database) => ({
        ...{ workload, database, what },
        ...verdictOn(required, figureOf(sides, database)),
      })),
    );
  const rejections = expand('*').map((database) => ({
    ...{ workload: '2', database, what: 'hot streams: no append rejected' },
    ...verdictOn('≤ 0', rejected(database)),
  }));
  return [...rejections, ...judged]
    .filter(({ workload, database }) => workloads.has(workload) && databases.includes(database))
    .sort((a, b) => byNumber(a.workload, b.workload));

  function figureOf(sides, database) {
    const [figure, divisor] = sides.map((side) => median(side, database));
    return sides.length === 1 ? figure : figure / divisor;
  }

  function median(side, database) {
    const [, contender, workload, variant] = /^(\S+) (\d+) (.+)$/.exec(side);
    return measurements.summary({ contender, workload, variant, database })?.value?.median;
  }

  function rejected(database) {
    const key = { workload: '2', contender: 'hindsight', variant: HOT, database };
    return measurements.summary(key)?.rejections;
  }
}

function verdictOn(required, measured) {
  const isMeasured = Number.isFinite(measured);
  const verdict = (isMet) => ({
    ...(isMeasured && { measured }),
    verdict: !isMeasured ? 'not measured' : isMet ? 'met' : 'MISSED',
  });
  if (required === '–') return isMeasured ? { measured, verdict: 'reported' } : verdict();
  const bound = Number(required.replace('≤', ''));
  return required.startsWith('≤')
    ? { atMost: bound, ...verdict(measured <= bound) }
    : { atLeast: bound, ...verdict(measured >= bound) };
}

function expand(where) {
  return where === '*' ? ['postgres', 'sqlite'] : [where];
}
