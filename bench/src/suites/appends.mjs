import { runJob } from '../child/run-job.mjs';
import { CONTENDERS } from '../contenders/index.mjs';
import { CREATE_YARDSTICK, findPgbench, runPgbench } from '../contenders/pgbench.mjs';
import { openSqlite } from '../machine/databases.mjs';
import { withClient } from '../machine/postgres-server.mjs';
import { audit } from '../oracle/audit.mjs';
import { WRITERS } from '../settings.mjs';
import { inRotation, labelOf } from './steps.mjs';

export const HOT_STREAMS = 4;
const HOT_WRITERS = 64;
const PGBENCH_CLIENTS = 16;
const BATCH = 64;
const JUDGED = [1, HOT_WRITERS];

/** Workloads 1 and 2. One process runs all that one contender does of them in a round. */
export function appends(context) {
  const { options, settings } = context;
  const wanted = ['1', '2'].filter((workload) => options.workloads.has(workload));
  if (wanted.length === 0) return [];
  return options.databases.flatMap((kind) =>
    inRotation(settings.rounds, participantsOf(kind, wanted, context)).map(
      ({ round, participant: contender }) => ({
        label: labelOf('appends', kind, contender, round, settings.rounds),
        run: () => RUNNERS[contender](context, { kind, contender, round, wanted }),
      }),
    ),
  );
}

function participantsOf(kind, wanted, { notes }) {
  if (kind === 'sqlite')
    return wanted.includes('1') ? ['hindsight', 'act', 'raw-sqlite'] : ['hindsight'];
  if (!wanted.includes('1')) return ['hindsight', 'emmett'];
  if (findPgbench()) return ['hindsight', 'emmett', 'castore', 'pgbench'];
  notes.add(
    'pgbench was not found, so that its figures are not measured. On Debian, install postgresql; ' +
      'elsewhere, the package with the PostgreSQL server programs.',
  );
  return ['hindsight', 'emmett', 'castore'];
}

/** Those who are driven from Node.js through their own API. */
async function runDriver(context, { kind, contender, round, wanted }) {
  const { settings, databases } = context;
  const { isConcurrent } = CONTENDERS[contender];
  const counts = isConcurrent[kind] ? (wanted.includes('1') ? WRITERS : [HOT_WRITERS]) : [1];
  const appending = counts.map((writers) => ({
    name: String(writers),
    kind: 'append',
    writers,
    ms: JUDGED.includes(writers) ? settings.judgedMs : settings.sideMs,
  }));
  const isHot = wanted.includes('2') && ['hindsight', 'emmett'].includes(contender);
  const hot = {
    name: 'hot',
    kind: 'hot',
    writers: HOT_WRITERS,
    streams: HOT_STREAMS,
    ms: settings.judgedMs,
  };
  const warmUp = {
    name: 'warm-up',
    kind: 'append',
    writers: isConcurrent[kind] ? HOT_WRITERS : 1,
    ms: settings.warmUpMs,
  };
  await databases.using(kind, await templateOf(context, kind, contender), async (database) => {
    const phases = [warmUp, ...appending, ...(isHot ? [hot] : [])];
    const results = await runJob({ contender, database, phases });
    const problems = await audit(contender, database, { acknowledged: sumOf(results) });
    const sample = { database: kind, contender, round, unit: 'events/s', problems };
    for (const writers of counts) {
      const { perSecond, p50, p99 } = results[writers];
      const variant = `${writers} writer${writers === 1 ? '' : 's'}`;
      context.measurements.add({ ...sample, workload: '1', variant, value: perSecond, p50, p99 });
    }
    if (!isHot) return;
    const { perSecond, p50, p99, rejections } = results.hot;
    const variant = `${HOT_WRITERS} writers, ${HOT_STREAMS} hot streams`;
    context.measurements.add({
      ...sample,
      workload: '2',
      variant,
      value: perSecond,
      p50,
      p99,
      rejections,
    });
  });
}

function templateOf({ databases }, kind, contender) {
  return contender === 'hindsight' ? databases.hub(kind) : undefined;
}

function sumOf(results) {
  return Object.values(results).reduce((sum, { acknowledged }) => sum + acknowledged, 0);
}

/** The yardstick on PostgreSQL. */
async function runYardstickOnPostgres({ databases, settings, folder, measurements }, { round }) {
  await databases.using('postgres', await databases.hub('postgres'), async (database) => {
    const { url } = database;
    await withClient(url, (client) => client.query(CREATE_YARDSTICK));
    const ms = settings.judgedMs;
    const file = findPgbench();
    const result = await runPgbench({ file, url, folder, clients: PGBENCH_CLIENTS, ms });
    const problems = await audit('pgbench', database, result);
    measurements.add({
      workload: '1',
      database: 'postgres',
      contender: 'pgbench',
      variant: `${PGBENCH_CLIENTS} writers`,
      round,
      unit: 'events/s',
      value: result.perSecond,
      problems,
    });
  });
}

/** The yardstick on SQLite: Hindsight's tables without their triggers. */
async function runYardstickOnSqlite({ databases, settings, measurements }, { round }) {
  await databases.using('sqlite', await databases.hub('sqlite'), async (database) => {
    await dropTriggers(database);
    const ms = settings.judgedMs;
    const phases = [
      { name: 'warm-up', kind: 'raw', size: BATCH, ms: settings.warmUpMs },
      { name: 'single', kind: 'raw', size: 1, ms },
      { name: 'batch', kind: 'raw', size: BATCH, ms },
    ];
    const results = await runJob({ contender: 'raw-sqlite', database, phases });
    const problems = await audit('raw-sqlite', database, { acknowledged: sumOf(results) });
    const sample = {
      workload: '1',
      database: 'sqlite',
      contender: 'raw-sqlite',
      round,
      unit: 'events/s',
    };
    for (const [name, variant] of [
      ['single', '1 writer'],
      ['batch', `transactions of ${BATCH}`],
    ]) {
      const { perSecond, p50, p99 } = results[name];
      measurements.add({ ...sample, variant, value: perSecond, p50, p99, problems });
    }
  });
}

async function dropTriggers({ file }) {
  const connection = await openSqlite(file);
  const triggers = connection
    .prepare(`SELECT name FROM sqlite_master WHERE type = 'trigger'`)
    .all();
  for (const { name } of triggers) connection.exec(`DROP TRIGGER ${name}`);
  connection.close();
}

const RUNNERS = {
  hindsight: runDriver,
  emmett: runDriver,
  castore: runDriver,
  act: runDriver,
  pgbench: runYardstickOnPostgres,
  'raw-sqlite': runYardstickOnSqlite,
};
