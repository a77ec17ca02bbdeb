import { killRounds } from './support/kill-rounds.js';
import { TIMEOUT_MS } from './support/report.js';

describe('A server that is killed under load, on SQLite,', () => {
  it(
    'has everything it acknowledged, nothing by halves, and goes on',
    () => killRounds('sqlite'),
    TIMEOUT_MS,
  );
});
