// @ts-check
/** @typedef {{ readonly place?: string, readonly signal?: NodeJS.Signals }} Order */

/** @type {Order} */
let order = {};

/** @param {Order} next */
export function obey(next) {
  order = next;
}

/**
 * Here the process stands still (SIGSTOP), or dies (SIGKILL), once, if its parent has said so.
 * @param {string} place
 */
export function pass(place) {
  if (order.place !== place || !order.signal) return;
  const { signal } = order;
  order = {};
  process.kill(process.pid, signal);
}

/**
 * Makes places of the moments before and after the events of a type are stored.
 * @param {import('../../../dist/event-sourcing/index.js').EventStore} store
 */
export function passOnWrites(store) {
  const append = store.appendToStreams.bind(store);
  store.appendToStreams = async (appends) => {
    const types = appends.flatMap(({ events }) => events.map(({ type }) => type));
    for (const type of types) pass(`before ${type}`);
    const result = await append(appends);
    for (const type of types) pass(`after ${type}`);
    return result;
  };
}

/**
 * Makes a place of the moment before a transaction is committed, whatever it is for.
 * @param {import('../../../dist/event-sourcing/index.js').TransactionRunner} transactions
 */
export function passInTransactions(transactions) {
  const run = transactions.run.bind(transactions);
  transactions.run = (work) =>
    run(async (manager) => {
      const result = await work(manager);
      pass('inside a transaction');
      return result;
    });
}
