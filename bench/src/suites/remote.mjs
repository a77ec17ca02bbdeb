import { Child } from '../child/run-job.mjs';
import { audit } from '../oracle/audit.mjs';
import { startServer } from '../rest/server-process.mjs';
import { inRotation } from './steps.mjs';

const WRITERS = 64;
const VARIANT = `${WRITERS} writers`;

/**
 * Workload 13: appending to a hub over HTTP, beside appending to a log of one's own. All processes are there from the
 * beginning, each idle while another one is measured: a server that has just started measures the compiler.
 */
export function remote(context) {
  if (!context.options.workloads.has('13')) return [];
  return [{ label: 'appends over HTTP · all rounds', run: () => run(context) }];
}

async function run({ databases, options, settings, measurements }) {
  const closing = [];
  try {
    const kinds = options.databases.filter((kind) => settings.remote.databases.includes(kind));
    const opening = kinds.flatMap((kind) => [
      embedded(databases, kind, closing),
      overHttp(databases, kind, closing),
    ]);
    const sides = await Promise.all(opening);
    for (const side of sides) await append(side, settings.serverWarmUpMs);
    for (const { round, participant } of inRotation(settings.rounds, sides)) {
      participant.samples.push({ round, ...(await append(participant, settings.judgedMs)) });
    }
    for (const { kind, contender, database, acknowledged, samples } of sides) {
      const problems = await audit(contender, database, { acknowledged });
      const key = { workload: '13', database: kind, contender, variant: VARIANT, unit: 'events/s' };
      for (const sample of samples) measurements.add({ ...key, ...sample, problems });
    }
  } finally {
    for (const close of closing.toReversed()) await close();
  }
}

async function append(side, ms) {
  const result = await side.child.run({ kind: 'append', writers: WRITERS, ms });
  side.acknowledged += result.acknowledged;
  const { perSecond: value, p50, p99 } = result;
  return { value, p50, p99 };
}

async function embedded(databases, kind, closing) {
  const database = await created(databases, kind, closing);
  return sideOf('hindsight', kind, database, {}, closing);
}

async function overHttp(databases, kind, closing) {
  const database = await created(databases, kind, closing);
  const hub = await startServer('hindsight', database.url, { HUB: 'on', CONTEXTS: 'none' });
  closing.push(() => hub.stop());
  return sideOf('remote', kind, database, { url: `http://${hub.host}:${hub.port}` }, closing);
}

async function created(databases, kind, closing) {
  const database = await databases.create(kind, await databases.hub(kind));
  closing.push(() => databases.drop(database));
  return database;
}

async function sideOf(contender, kind, database, options, closing) {
  const child = new Child({ contender, database, options });
  closing.push(() => child.kill());
  await child.opened();
  return { contender, kind, database, child, acknowledged: 0, samples: [] };
}
