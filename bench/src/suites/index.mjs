import { accounts } from './accounts.mjs';
import { appends } from './appends.mjs';
import { growth } from './growth.mjs';
import { guarantees } from './guarantees.mjs';
import { processes } from './processes.mjs';
import { rest } from './rest.mjs';

/** What can be run, in this order. Each suite plans its steps; what is not asked for has none. */
export const SUITES = [appends, accounts, growth, rest, processes, guarantees];
