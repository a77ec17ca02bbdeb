import { append, hot, raw } from './append-phases.mjs';
import { command, fill, mixed, read, readLog, readPrefilled } from './account-phases.mjs';
import { conclude, follow, publish } from './tail-phases.mjs';
import { catchUp, projected } from './projection-phases.mjs';
import { relay } from './relay-phases.mjs';
import { extend, loadOnce, readAccounts } from './snapshot-phases.mjs';
import { probe } from '../guarantees/probes.mjs';

/**
 * What a child can be told to do, by the name of its kind. A phase gets the driver and its parameters; it answers with
 * what it measured, and with `problems` when what it read was wrong.
 */
export const PHASES = {
  append,
  hot,
  raw,
  fill,
  read,
  readLog,
  readPrefilled,
  command,
  mixed,
  follow,
  publish,
  conclude,
  catchUp,
  projected,
  loadOnce,
  extend,
  readAccounts,
  relay,
  probe,
};
