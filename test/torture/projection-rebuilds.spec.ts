import { DATABASE_KINDS } from '../support/databases.js';
import { rebuildRounds } from './support/rebuild-rounds.js';
import { TIMEOUT_MS } from './support/report.js';

describe.each(DATABASE_KINDS)('A projection that is rebuilt under load on %s', (kind) => {
  it(
    'is at every moment what the log says, whoever is killed, stands still or gives up',
    () => rebuildRounds(kind),
    TIMEOUT_MS,
  );
});
