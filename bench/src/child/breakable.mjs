import { STREAM_LENGTH } from '../settings.mjs';

/**
 * Counts what a contender acknowledges. With `fault` it also goes wrong once, at the end of a stream, so that one can
 * see that the oracles notice: `lose` acknowledges an event that was never stored, `double` stores one twice.
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
  const counted = Object.assign(Object.create(driver), { acknowledged: 0, append, command });
  return counted;
}
