import { act } from './act.mjs';
import { castore } from './castore.mjs';
import { driverAlone } from './driver-alone.mjs';
import { emmett } from './emmett.mjs';
import { hindsight } from './hindsight.mjs';
import { jetstream } from './jetstream.mjs';
import { pgbench } from './pgbench.mjs';
import { rawSqlite } from './raw-sqlite.mjs';
import { remote } from './remote.mjs';

/**
 * Each contender says on which databases it runs, where its events are for the oracle to look, and how to open it
 * (`pgbench` opens itself). An open contender is a driver:
 *
 * - `append(id, expected, amounts)` stores events of an account; `expected` is its revision, 0 for none, or 'any'
 * - `load(id)` folds an account's events; `command(id)` loads, decides and appends, again after a conflict
 * - `readLog()` folds all events, if there is an order of them all
 * - `follow(seen)` calls `seen(amount)` for every event from now on
 * - `catchUp(form, observe)` folds the whole log into the table `account_totals`; every batch goes through `observe`,
 *   and what that returns is what counts; ends with a function that closes what it opened
 * - `relay(url)` publishes the whole log to NATS; tells how many events that were, and how long it took
 * - `isConflict(error)` tells a refused append from a broken one
 */
export const CONTENDERS = {
  hindsight,
  emmett,
  castore,
  pgbench,
  act,
  'raw-sqlite': rawSqlite,
  'driver-alone': driverAlone,
  jetstream,
  remote,
};

export async function openContender(name, database, options = {}) {
  return CONTENDERS[name].open(database, options);
}

/** Loads an account, decides and appends; again after a conflict, as users of a library without retries have to. */
export async function commandBy(driver, id) {
  for (;;) {
    const { revision } = await driver.load(id);
    try {
      return await driver.append(id, revision, [revision + 1]);
    } catch (error) {
      if (!driver.isConflict(error)) throw error;
    }
  }
}
