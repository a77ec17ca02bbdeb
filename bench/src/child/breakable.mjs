import { STREAM_LENGTH } from '../settings.mjs';

/**
 * Counts what a contender acknowledges. With `fault` it also goes wrong once, so that one can see that the oracles
 * notice: `lose` acknowledges an event, at the end of a stream, that was never stored, and keeps one from a projection;
 * `double` stores one twice, and projects one twice; `misread` gets one load wrong.
 */
export function breakable(driver, fault) {
  let pending = fault;
  const append = async (id, expected, amounts) => {
    const isLast = expected === STREAM_LENGTH - 1;
    if (pending === 'lose' && isLast) {
      pending = undefined;
    } else if (pending === 'double' && isLast) {
      pending = undefined;
      await driver.append(id, expected, amounts);
      await driver.append(id, expected + amounts.length, amounts);
    } else {
      await driver.append(id, expected, amounts);
    }
    counted.acknowledged += amounts.length;
  };
  const command = async (id) => {
    await driver.command(id);
    counted.acknowledged += 1;
  };
  const load = async (id) => {
    const state = await driver.load(id);
    if (pending !== 'misread') return state;
    pending = undefined;
    return { ...state, total: state.total + 1 };
  };
  /** What a projection is given instead of a batch. */
  const spoil = (batch) => {
    if (pending !== 'lose' && pending !== 'double') return batch;
    const isLoss = pending === 'lose';
    pending = undefined;
    return isLoss ? batch.slice(1) : [batch[0], ...batch];
  };
  const counted = Object.assign(Object.create(driver), {
    acknowledged: 0,
    append,
    command,
    load,
    spoil,
  });
  return counted;
}
