import { DATABASE_KINDS } from '../support/databases.js';
import { TIMEOUT_MS } from './support/report.js';
import { subscribersRun } from './support/subscribers/subscribers-run.js';

describe.each(DATABASE_KINDS)('Many who subscribe to a hub on %s, and come and go,', (kind) => {
  it(
    'get everything once, in order, held up by nobody, and cost no memory that stays',
    () => subscribersRun(kind),
    TIMEOUT_MS,
  );
});
