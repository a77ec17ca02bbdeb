import { DATABASE_KINDS } from '../support/databases.js';
import { ownerRounds } from './support/owner-rounds.js';
import { TIMEOUT_MS } from './support/report.js';

describe.each(DATABASE_KINDS)('A processor on %s', (kind) => {
  it(
    'goes on elsewhere when its process is killed or stands still, which then writes nothing twice',
    () => ownerRounds(kind),
    TIMEOUT_MS,
  );
});
