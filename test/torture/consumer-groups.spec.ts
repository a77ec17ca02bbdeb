import { DATABASE_KINDS } from '../support/databases.js';
import { groupRounds } from './support/groups/group-rounds.js';
import { TIMEOUT_MS } from './support/report.js';

describe.each(DATABASE_KINDS)('The workers of a consumer group, on %s,', (kind) => {
  it(
    'handle every event, those of a stream in their order, through kills of workers and hubs',
    () => groupRounds(kind),
    TIMEOUT_MS,
  );
});
