import { performance } from 'node:perf_hooks';
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

/** Workload 11: waits until the projection has everything that was appended. @returns how long that took */
export async function projected(driver) {
  const started = performance.now();
  await driver.projected();
  return { ms: performance.now() - started };
}
