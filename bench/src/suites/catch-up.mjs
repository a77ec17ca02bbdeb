import { Child } from '../child/run-job.mjs';
import { ACCOUNT_TOTALS, CREATE_ACCOUNT_TOTALS } from '../contenders/account-totals.mjs';
import { execute } from '../machine/databases.mjs';
import { prefill } from '../machine/prefill.mjs';
import { auditReadModel } from '../oracle/read-model.mjs';
import { DATABASE_TITLES, inRotation, labelOf } from './steps.mjs';

const BATCHES = 'batches';
const PARTICIPANTS = [
  { contender: 'hindsight', form: BATCHES },
  { contender: 'driver-alone', form: BATCHES },
  { contender: 'hindsight', form: 'event by event' },
];

/** Workload 9: a projection that catches up with a log, from its first event on. */
export function catchUp(context) {
  const { options, settings } = context;
  if (!options.workloads.has('9')) return [];
  const { rounds } = settings.catchUp;
  return options.databases.flatMap((kind) => {
    const logs = new Map();
    const filling = Object.entries(settings.catchUp.logs).map(([form, { warmUp, events }]) => ({
      label: `catch-up · ${DATABASE_TITLES[kind]} · filling a log of ${(warmUp + events).toLocaleString('en')} events`,
      run: async () => logs.set(form, await fill(context, kind, warmUp + events)),
    }));
    const measuring = inRotation(rounds, PARTICIPANTS).map(({ round, participant }) => ({
      label: labelOf(`catch-up, ${participant.form}`, kind, participant.contender, round, rounds),
      run: () => run(context, { kind, round, log: logs.get(participant.form), ...participant }),
    }));
    const last = {
      label: `catch-up · ${DATABASE_TITLES[kind]} · removing the logs`,
      run: () => Promise.all([...logs.values()].map((log) => context.databases.drop(log))),
    };
    return [...filling, ...measuring, last];
  });
}

async function fill({ databases }, kind, size) {
  const database = await databases.create(kind, await databases.hub(kind));
  await execute(database, CREATE_ACCOUNT_TOTALS);
  await prefill(database, size);
  return database;
}

async function run(context, { kind, round, log, contender, form }) {
  const { databases, settings, measurements } = context;
  const size = settings.catchUp.logs[form];
  await databases.using(kind, log, async (database) => {
    const child = new Child({ contender, database });
    let result;
    try {
      await child.opened();
      const serverPid = kind === 'postgres' ? databases.server.pid : undefined;
      result = await child.run({ kind: 'catchUp', form, ...size, serverPid });
      await child.close();
    } finally {
      child.kill();
    }
    const problems = await auditReadModel(database, ACCOUNT_TOTALS);
    const key = { workload: '9', database: kind, contender, round, problems };
    for (const sample of samplesOf(form, result)) {
      if (sample.value !== undefined) measurements.add({ ...key, ...sample });
    }
  });
}

/** What was measured, by variants. Memory and tenths say nothing where there are few events. */
function samplesOf(form, result) {
  const { count, perSecond, perProcessorSecond, serverShare, firstTenth, lastTenth } = result;
  const note = `${count.toLocaleString('en')} events`;
  const share = serverShare && `, ${Math.round(serverShare * 100)} % of it the server’s`;
  const rates = [
    { variant: form, unit: 'events/s', value: perSecond, note },
    {
      ...{ variant: `${form}, by processor time`, unit: 'events/s', value: perProcessorSecond },
      note: `${note}${share ?? ''}`,
    },
  ];
  if (form !== BATCHES) return rates;
  return [
    ...rates,
    { variant: `${form}, the first tenth`, unit: 'events/s', value: firstTenth, note },
    { variant: `${form}, the last tenth`, unit: 'events/s', value: lastTenth, note },
    { variant: `${form}, growth of memory`, unit: 'MiB', value: result.grownMiB, note },
  ];
}
