import { DATABASE_KINDS } from '../support/databases.js';
import { remoteRounds } from './support/remote/remote-rounds.js';
import { TIMEOUT_MS } from './support/report.js';

describe.each(DATABASE_KINDS)('A hub on %s that is killed while services append to it', (kind) => {
  it(
    'has everything it acknowledged once, and tells those who follow it of everything once',
    () => remoteRounds(kind),
    TIMEOUT_MS,
  );
});
