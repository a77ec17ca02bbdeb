import { Child } from '../child/run-job.mjs';
import { ACCOUNT_TOTALS, CREATE_ACCOUNT_TOTALS } from '../contenders/account-totals.mjs';
import { execute } from '../machine/databases.mjs';
import { audit } from '../oracle/audit.mjs';
import { auditReadModel } from '../oracle/read-model.mjs';
import { inRotation, labelOf } from './steps.mjs';

const WRITERS = [1, 64];
const WARM_UP_WRITERS = 64;
const WITHOUT = 'without a projection';
const LIFECYCLES = ['async', 'inline', WITHOUT];

/** Workload 11: what an append costs with a projection behind it, with one inside it, and with none. */
export function inline(context) {
  const { options, settings } = context;
  if (!options.workloads.has('11')) return [];
  return options.databases.flatMap((kind) =>
    inRotation(settings.rounds, LIFECYCLES).map(({ round, participant: lifecycle }) => ({
      label: labelOf(`appends, ${lifecycle}`, kind, 'hindsight', round, settings.rounds),
      run: () => run(context, { kind, round, lifecycle }),
    })),
  );
}

async function run({ databases, settings, measurements }, { kind, round, lifecycle }) {
  const key = { workload: '11', database: kind, contender: 'hindsight', round, unit: 'events/s' };
  await databases.using(kind, await databases.hub(kind), async (database) => {
    await execute(database, CREATE_ACCOUNT_TOTALS);
    const options = lifecycle === WITHOUT ? {} : { lifecycle };
    const child = new Child({ contender: 'hindsight', database, options });
    let acknowledged = 0;
    const append = async (writers, ms) => {
      const result = await child.run({ kind: 'append', writers, ms });
      acknowledged += result.acknowledged;
      return result;
    };
    try {
      await child.opened();
      await append(WARM_UP_WRITERS, settings.warmUpMs);
      if (lifecycle !== WITHOUT) await child.run({ kind: 'projected' });
      for (const writers of WRITERS) {
        const result = await append(writers, settings.judgedMs);
        // With an inline projection nothing is waited for: the table must have everything now.
        const waitedMs = lifecycle === 'async' ? (await child.run({ kind: 'projected' })).ms : 0;
        const wrong = lifecycle === WITHOUT ? [] : await auditReadModel(database, ACCOUNT_TOTALS);
        const problems = [...(await audit('hindsight', database, { acknowledged })), ...wrong];
        const variant = `${writers} writer${writers === 1 ? '' : 's'} ${lifecycle}`;
        const { perSecond: value, p50, p99, count, ms } = result;
        measurements.add({ ...key, variant, value, p50, p99, problems });
        if (lifecycle === WITHOUT) continue;
        const untilProjected = (count / (ms + waitedMs)) * 1000;
        const all = `${variant} until it is projected`;
        measurements.add({ ...key, variant: all, value: untilProjected, problems });
      }
      await child.close();
    } finally {
      child.kill();
    }
  });
}
