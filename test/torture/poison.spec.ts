import { DATABASE_KINDS } from '../support/databases.js';
import { poisonRounds } from './support/poison-rounds.js';
import { TIMEOUT_MS } from './support/report.js';

describe.each(DATABASE_KINDS)('An event that nobody can handle, on %s,', (kind) => {
  it(
    'holds up its stream alone, in order, through kills, and leaves no trace when it is retried after the fix',
    () => poisonRounds(kind),
    TIMEOUT_MS,
  );
});
