import { accounts } from './accounts.mjs';
import { appends } from './appends.mjs';
import { catchUp } from './catch-up.mjs';
import { growth } from './growth.mjs';
import { guarantees } from './guarantees.mjs';
import { inline } from './inline.mjs';
import { processes } from './processes.mjs';
import { relay } from './relay.mjs';
import { remote } from './remote.mjs';
import { rest } from './rest.mjs';
import { snapshots } from './snapshots.mjs';

/** What can be run, in this order. Each suite plans its steps; what is not asked for has none. */
export const SUITES = [
  appends,
  accounts,
  growth,
  rest,
  processes,
  catchUp,
  snapshots,
  inline,
  relay,
  remote,
  guarantees,
];
