import { moneyRounds } from './support/money/money-rounds.js';
import { TIMEOUT_MS } from './support/report.js';

describe('Money, where servers on SQLite are killed in the middle of transfers,', () => {
  it.each([1, 3])(
    'is conserved by %i at every position, moves once, and is shown and told of as it is',
    (instances) => moneyRounds('sqlite', instances),
    TIMEOUT_MS,
  );
});
