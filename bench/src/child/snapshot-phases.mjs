import { loads } from './account-phases.mjs';
import { amountsFrom } from './payload.mjs';

/** Workload 10: loads each account once, and waits until the snapshots that this leads to are taken and tried. */
export async function loadOnce(driver, { accounts }) {
  const states = [];
  for (const id of accounts) states.push({ id, ...(await driver.load(id)) });
  await driver.snapshotsTaken();
  return { states };
}

/** Workload 10: appends some more events to accounts. */
export async function extend(driver, { accounts, revision, events }) {
  for (const id of accounts) await driver.append(id, revision, amountsFrom(revision, events));
  return {};
}

/** Workload 10: loads accounts of so many events, one after the other. */
export function readAccounts(driver, { accounts, events, ms }) {
  let turn = 0;
  const next = () => accounts[turn++ % accounts.length];
  return loads(driver, { clients: 1, ms, events, next });
}
