import { amountsFrom, expectedTotal } from './payload.mjs';
import { accountOf } from '../machine/prefill.mjs';
import { STREAM_LENGTH } from '../settings.mjs';
import { uuidV7 } from './ids.mjs';
import { forEach, repeat } from './measure.mjs';
import { seededRandom, zipf } from './zipf.mjs';

/* The phases of a child share the accounts that `fill` has made. */
const accounts = { warmUp: [], small: [], large: [], largeEvents: 0 };

const FILLERS = 8;

/** Makes accounts of some events each, one append an account. */
export async function fill(driver, { small, large, clients }) {
  const make = async (count, events) => {
    const ids = Array.from({ length: count }, () => uuidV7());
    await forEach(Math.min(FILLERS, clients), ids, (id) =>
      driver.append(id, 0, amountsFrom(0, events)),
    );
    return ids;
  };
  accounts.warmUp = await make(small.warmUp, small.events);
  accounts.small = await make(small.accounts, small.events);
  accounts.large = await make(large.accounts, large.events);
  accounts.largeEvents = large.events;
  return {};
}

/** Workload 4: folds one long stream after the other into an aggregate. */
export function read(driver, { ms }) {
  let turn = 0;
  const next = () => accounts.large[turn++ % accounts.large.length];
  return loads(driver, { clients: 1, ms, events: accounts.largeEvents, next });
}

/** Workload 6: loads accounts from all over a log of `size` events. */
export function readPrefilled(driver, { size, ms, seed }) {
  const random = seededRandom(seed);
  const next = () => accountOf(Math.floor((random() * size) / STREAM_LENGTH));
  return loads(driver, { clients: 1, ms, events: STREAM_LENGTH, next });
}

/** Loads accounts, and finds out whether they hold what they must. */
export async function loads(driver, { clients, ms, events, next }) {
  const problems = [];
  const result = await repeat(clients, ms, async () => {
    const id = next();
    const { revision, total } = await driver.load(id);
    if (revision !== events || total !== expectedTotal(events)) {
      problems.push(`account ${id} was read as revision ${revision} with total ${total}`);
    }
  });
  return { ...result, problems };
}

/** Workload 4: folds the whole log, at least once and as often as the time allows. */
export async function readLog(driver, { ms, stored }) {
  const problems = [];
  const result = await repeat(1, ms, async () => {
    const { revision: events } = await driver.readLog();
    if (events !== stored) {
      problems.push(`the log was read as ${events} events, not ${stored}`);
    }
  });
  const count = result.count * stored;
  return { ...result, count, perSecond: (count / result.ms) * 1000, problems };
}

/** Workload 3: loads an account, decides and appends; every small account once, so that it
 * stays small. */
export function command(driver, { size, clients, ms }) {
  if (size !== 'large') return forEach(clients, accounts[size], (id) => driver.command(id));
  // An account of its own for each client; one event more or less makes no difference to a long stream.
  const each = Math.min(clients, accounts.large.length);
  return repeat(each, ms, (nr) => driver.command(accounts.large[nr]));
}

/** Workload 3, mixed: loads and commands in equal parts on the small accounts, drawn by a Zipf law. */
export function mixed(driver, { clients, ms, seed }) {
  const random = seededRandom(seed);
  const draw = zipf(accounts.small.length, random);
  return repeat(clients, ms, async () => {
    const id = accounts.small[draw()];
    if (random() < 0.5) await driver.load(id);
    else await driver.command(id);
  });
}
