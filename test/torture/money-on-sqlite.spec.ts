import { moneyRounds } from './support/money/money-rounds.js';
import { TIMEOUT_MS } from './support/report.js';

/** Its full run is yet to be seen through on both databases: until then only `npm run test:torture` asks for it. */
const asked = process.env.TORTURE_ROUNDS === undefined ? it.skip : it;

describe('Money, where servers on SQLite are killed in the middle of transfers,', () => {
  asked.each([1, 3])(
    'is conserved by %i at every position, moves once, and is shown and told of as it is',
    (instances) => moneyRounds('sqlite', instances),
    TIMEOUT_MS,
  );
});
