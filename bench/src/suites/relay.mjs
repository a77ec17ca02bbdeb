import { join } from 'node:path';
import { Child } from '../child/run-job.mjs';
import { prefill } from '../machine/prefill.mjs';
import { hasNats, startNats } from '../machine/nats-server.mjs';
import { auditMessages } from '../oracle/messages.mjs';
import { DATABASE_TITLES, inRotation, labelOf } from './steps.mjs';

const PARTICIPANTS = ['hindsight', 'jetstream'];
const VARIANT = 'events to NATS';

/** Workload 12: a log leaves through JetStream, by the relay and by the clients of NATS alone. */
export function relay(context) {
  const { options, settings, notes } = context;
  if (!options.workloads.has('12')) return [];
  if (!hasNats()) {
    notes.add(
      'Workload 12 is not measured: there is no nats-server (Debian: apt-get install nats-server).',
    );
    return [];
  }
  const { rounds, events } = settings.relay;
  return options.databases.flatMap((kind) => {
    let log;
    const filling = {
      label: `relay · ${DATABASE_TITLES[kind]} · filling a log of ${events.toLocaleString('en')} events`,
      run: async () => {
        log = await context.databases.create(kind, await context.databases.hub(kind));
        await prefill(log, events);
      },
    };
    const measuring = inRotation(rounds, PARTICIPANTS).map(({ round, participant: contender }) => ({
      label: labelOf('relay', kind, contender, round, rounds),
      run: () => run(context, { kind, round, log, contender }),
    }));
    const last = {
      label: `relay · ${DATABASE_TITLES[kind]} · removing the log`,
      run: () => context.databases.drop(log),
    };
    return [filling, ...measuring, last];
  });
}

async function run({ databases, folder, settings, measurements }, { kind, round, log, contender }) {
  await databases.using(kind, log, async (database) => {
    const server = await startNats(join(folder, `nats-${kind}-${contender}-${round}`));
    try {
      const child = new Child({ contender, database });
      let result;
      try {
        await child.opened();
        result = await child.run({ kind: 'relay', url: server.url });
        await child.close();
      } finally {
        child.kill();
      }
      const { events } = settings.relay;
      const problems = await auditMessages(server.url, events);
      const key = { workload: '12', database: kind, contender, variant: VARIANT, round };
      const note = `${events.toLocaleString('en')} events`;
      measurements.add({ ...key, unit: 'events/s', value: result.perSecond, note, problems });
    } finally {
      await server.stop();
    }
  });
}
