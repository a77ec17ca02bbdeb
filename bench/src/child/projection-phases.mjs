import { CatchUpMeter } from './meter.mjs';

/** Workload 9: folds the whole log into a table, from the first event on. */
export async function catchUp(driver, { form, warmUp, events, serverPid }) {
  const meter = new CatchUpMeter({ warmUp, events, serverPid });
  const close = await driver.catchUp(form, (batch) => {
    meter.handled(Number(batch[0].position) - 1);
    return driver.spoil(batch);
  });
  const result = meter.result();
  await close();
  return result;
}
