import { Child } from '../child/run-job.mjs';
import { CONTENDERS } from '../contenders/index.mjs';
import { audit } from '../oracle/audit.mjs';
import { inRotation, labelOf } from './steps.mjs';

const CLIENTS = 16;
const PARTICIPANTS = { postgres: ['hindsight', 'emmett', 'castore'], sqlite: ['hindsight', 'act'] };
const HAS_LOG = ['hindsight', 'emmett', 'act'];
const HAS_SUBSCRIBERS = ['hindsight', 'emmett'];

/** Workloads 3, 4 and 5. One process runs all that one contender does of them in a round. */
export function accounts(context) {
  const { options, settings } = context;
  const wanted = ['3', '4', '5'].filter((workload) => options.workloads.has(workload));
  if (wanted.length === 0) return [];
  const onlyTail = wanted.every((workload) => workload === '5');
  const { rounds, sideRounds } = settings;
  return options.databases.flatMap((kind) => {
    const participants = PARTICIPANTS[kind].filter(
      (contender) => !onlyTail || HAS_SUBSCRIBERS.includes(contender),
    );
    return inRotation(rounds, participants).flatMap(({ round, participant: contender }) => {
      const here = round <= sideRounds ? wanted : wanted.filter((workload) => workload === '4');
      if (here.length === 0) return [];
      return [
        {
          label: labelOf('commands, reads, tail', kind, contender, round, rounds),
          run: () => run(context, { kind, contender, round, wanted: here }),
        },
      ];
    });
  });
}

async function run({ databases, settings, measurements }, { kind, contender, round, wanted }) {
  const template = contender === 'hindsight' ? await databases.hub(kind) : undefined;
  const clients = CONTENDERS[contender].isConcurrent[kind] ? CLIENTS : 1;
  const hasTail = wanted.includes('5') && HAS_SUBSCRIBERS.includes(contender);
  await databases.using(kind, template, async (database) => {
    const children = Array.from(
      { length: hasTail ? 2 : 1 },
      () => new Child({ contender, database }),
    );
    const [child, other] = children;
    const samples = [];
    let acknowledged = 0;
    const doing = async (who, phase) => {
      const result = await who.run({ ...phase, stored: acknowledged });
      acknowledged += result.acknowledged;
      return result;
    };
    try {
      for (const each of children) await each.opened();
      if (hasTail) samples.push(...(await tail({ doing, child, other, settings, round })));
      for (const { measured, ...phase } of phasesOf({
        contender,
        settings,
        clients,
        wanted,
        round,
      })) {
        const { perSecond: value, p50, p99, problems } = await doing(child, phase);
        if (measured) samples.push({ value, p50, p99, problems, ...measured });
      }
      await Promise.all(children.map((each) => each.close()));
    } finally {
      for (const each of children) each.kill();
    }
    const wrong = await audit(contender, database, { acknowledged });
    for (const { problems = [], ...sample } of samples) {
      const all = [...wrong, ...problems];
      measurements.add({ database: kind, contender, round, ...sample, problems: all });
    }
  });
}

/** Workload 5: the child follows; once it publishes itself, once another process does. */
async function tail({ doing, child, other, settings, round }) {
  const { tailEvents: events } = settings;
  const samples = [];
  const publishers = { 'in process': child, 'across processes': other };
  for (const [variant, publisher] of Object.entries(publishers)) {
    // Each with amounts of its own, so that an event of the other one is not taken for one of these.
    const first = 1 + samples.length * events;
    await doing(child, { kind: 'follow' });
    // Connects.
    await doing(other, { kind: 'publish', first: 0, events: 1, seed: 0 });
    const { sent } = await doing(publisher, { kind: 'publish', first, events, seed: round });
    const { p50, p99, problems } = await doing(child, { kind: 'conclude', first, sent });
    samples.push({ workload: '5', variant, unit: 'ms', p50, p99, problems });
  }
  return samples;
}

/** Workloads 3 and 4: what to run, in this order, and as what to count it. */
function phasesOf({ contender, settings, clients, wanted, round: seed }) {
  const { warmUpMs, judgedMs, sideMs, small, large } = settings;
  if (!wanted.includes('3') && !wanted.includes('4')) return [];
  const reads = { workload: '4', note: '1 client' };
  const reading = [
    {
      ...{ kind: 'read', ms: judgedMs },
      measured: { ...reads, unit: 'loads/s', variant: `a stream of ${large.events} events` },
    },
    {
      ...{ kind: 'readLog', ms: sideMs },
      measured: {
        ...reads,
        unit: 'events/s',
        variant: 'the whole log',
        p50: undefined,
        p99: undefined,
      },
    },
  ];
  const commands = {
    ...{ workload: '3', unit: 'commands/s' },
    note: clients === 1 ? '1 client' : `${clients} clients`,
  };
  const commanding = [
    { kind: 'command', size: 'warmUp', clients },
    ...Object.entries({ small, large }).map(([size, { events }]) => ({
      ...{ kind: 'command', size, clients, ms: sideMs },
      measured: { ...commands, variant: `aggregates of ${events} events` },
    })),
    {
      ...{ kind: 'mixed', clients, ms: sideMs, seed },
      measured: { ...commands, unit: 'operations/s', variant: 'mixed with reads, by a Zipf law' },
    },
  ];
  return [
    { kind: 'fill', small, large, clients },
    { kind: 'read', ms: warmUpMs },
    ...(wanted.includes('4') ? reading.slice(0, HAS_LOG.includes(contender) ? 2 : 1) : []),
    ...(wanted.includes('3') ? commanding : []),
  ];
}
