import { randomUUID } from 'node:crypto';

const WORDS =
  'The quick ledger keeps every booking that was ever made to this account, in the order in which it was made, ' +
  'and forgets none of them however long ago it was; what is true now follows from it.';

/** Fills an event's data up to about 250 bytes of JSON. */
export const FILLER = WORDS.slice(0, 176);

/**
 * The data of every event. An event's amount is its revision, wherever the writer knows it: so every event says where
 * it must stand, and the sum of a stream of n events is n · (n + 1) / 2.
 */
export function dataOf(account, amount) {
  return { account, amount, filler: FILLER };
}

/** What the ids of accounts begin with whose events' amounts are not their revisions. */
export const FREE = 'ffffffff';

export const freeId = () => `${FREE}${randomUUID().slice(FREE.length)}`;

export function expectedTotal(revision) {
  return (revision * (revision + 1)) / 2;
}

/** The amounts of `count` events behind `revision`. */
export function amountsFrom(revision, count) {
  return Array.from({ length: count }, (_, index) => revision + index + 1);
}

/** What every contender folds a stream into. */
export const emptyAccount = () => ({ revision: 0, total: 0 });

export function fold({ revision, total }, { amount }) {
  return { revision: revision + 1, total: total + amount };
}
