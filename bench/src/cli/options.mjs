import { parseArgs } from 'node:util';
import { PRESETS } from '../settings.mjs';

const WORKLOADS = [
  '1',
  '2',
  '3',
  '4',
  '5',
  '6',
  '7',
  '8',
  '9',
  '10',
  '11',
  '12',
  '13',
  'guarantees',
];
const DATABASES = ['postgres', 'sqlite'];

class UsageError extends Error {
  isUsageError = true;

  constructor(message) {
    super(`${message}\n\n${usage()}`);
  }
}

export function usage() {
  return `npm run bench -- [options]

  --full                 longer windows, and a log of 10 million events
  --tiny                 everything once, to see that it works; its figures mean nothing
  --only 1,4             only these workloads (1 to 13, guarantees)
  --database postgres    only this database (postgres or sqlite)
  --strict               exit with 1 when a required ratio is missed
  --no-write             leave bench/results as it is
  --help                 print this

Exits with 1 when a run breaks or an oracle finds a wrong log.`;
}

/** What the command line asks for. */
export function parseOptions(args) {
  const { values } = parsed(args);
  if (values.full && values.tiny) throw new UsageError('Choose one of --full and --tiny.');
  const preset = values.full ? 'full' : values.tiny ? 'tiny' : 'small';
  const only = values.only === undefined ? WORKLOADS : values.only.split(',');
  const unknown = only.find((workload) => !WORKLOADS.includes(workload));
  if (unknown !== undefined) {
    throw new UsageError(`There is no workload "${unknown}": use ${WORKLOADS.join(', ')}.`);
  }
  if (values.database !== undefined && !DATABASES.includes(values.database)) {
    throw new UsageError(`There is no database "${values.database}": use postgres or sqlite.`);
  }
  return {
    help: values.help,
    preset,
    settings: PRESETS[preset],
    workloads: new Set(only),
    databases: values.database === undefined ? DATABASES : [values.database],
    isComplete: only === WORKLOADS && values.database === undefined,
    strict: values.strict,
    write: !values['no-write'],
  };
}

function parsed(args) {
  const flag = { type: 'boolean', default: false };
  const text = { type: 'string' };
  try {
    return parseArgs({
      args,
      options: {
        full: flag,
        tiny: flag,
        strict: flag,
        'no-write': flag,
        help: flag,
        only: text,
        database: text,
      },
    });
  } catch (error) {
    throw new UsageError(error.message);
  }
}
