import { DATABASE_KINDS } from '../support/databases.js';
import { OWNER_TRIALS, ownerRounds } from './support/owner-rounds.js';
import { TIMEOUT_MS } from './support/report.js';

const TRIALS = Object.keys(OWNER_TRIALS) as (keyof typeof OWNER_TRIALS)[];

describe.each(DATABASE_KINDS)('On %s,', (kind) => {
  it.each(TRIALS)(
    '%s goes on elsewhere when its process is killed or stands still, which then writes nothing twice',
    (what) => ownerRounds(what, kind),
    TIMEOUT_MS,
  );
});
